"""The preview as a server: which address is answered by what, and how it begins and ends.

Contract: a request is answered by threads of their own, so many at once, so that a slow one holds up none; signals end the server, and the
process then ends by them as any command does.
"""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from types import FrameType
from typing import TypeVar
from urllib.parse import parse_qsl

from click import BadParameter
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from uvicorn import Config, Server

from engine.commands.reading import instant_of, start_of_today
from engine.model.book import PriceBook
from engine.preview import api
from engine.preview.guards import PROBLEM, SHEET, Guarded, TooLarge, problem, too_large
from engine.preview.live import LiveBook, Snapshot
from engine.preview.openapi import openapi
from engine.preview.pages import Pages, language_of, milliseconds, static_file
from engine.preview.problems import edited

THREADS, WAITING = 8, 64
"""Requests that are worked on at once, and that may wait for it; whoever comes then is asked to come again."""
MOST_FIELDS = 2000
BEAT = 15
"""Seconds after which a silent line says that it is still there."""
Made = TypeVar("Made")


class PreviewServer(Server):
    """A server that tells its book when a signal ends it, so that nobody waits for another event."""

    def __init__(self, config: Config, live: LiveBook) -> None:
        super().__init__(config)
        self.live = live

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Ends the server; the open lines of events first."""
        self.live.stop()
        super().handle_exit(sig, frame)


class Preview:
    """The answers of a preview to requests."""

    def __init__(self, live: LiveBook, pages: Pages, language: str | None) -> None:
        self.live, self.pages, self.language = live, pages, language
        self.turns, self.asked = asyncio.Semaphore(THREADS), 0

    def app(self) -> Starlette:
        """The application: its addresses and what answers them."""
        asked = [Route(f"/api/{name}", self._api(question), methods=["POST"]) for name, question in api.QUESTIONS.items()]
        routes = [
            Route("/", self.page), Route("/sheet", self.sheet), Route("/state", self.state), Route("/calculate", self.calculate, methods=["POST"]),
            Route("/fix", self.fix, methods=["POST"]), Route("/events", self.events), Route("/static/{name}", self.static),
            Route("/api/sheet", self.api_sheet), Route("/api/openapi.json", self.openapi), *asked,
        ]  # fmt: skip
        return Starlette(routes=routes, exception_handlers={HTTPException: _refused, TooLarge: _refused_as_large, Exception: _failed})

    async def page(self, request: Request) -> Response:
        """The page."""
        now = self.live.now
        return _html(await self._work(lambda: self.pages.whole(now, self._language(request, now))))

    async def state(self, request: Request) -> Response:
        """What a save changes."""
        now = self.live.now
        return _html(await self._work(lambda: self.pages.state(now, self._language(request, now))))

    async def sheet(self, request: Request) -> Response:
        """The sheet on a day; of a day that cannot be read, as of today."""
        now = self.live.now

        def made() -> bytes:
            at = _day(request.query_params.get("date", ""), now.good.rules) if now.good is not None else now.read_at
            return self.pages.sheet(now, at, self._language(request, now))

        return _html(await self._work(made), {"content-security-policy": SHEET})

    async def calculate(self, request: Request) -> Response:
        """What the form is answered with."""
        now, sent = self.live.now, await _form(request)
        return _html(await self._work(lambda: self.pages.calculated(now, sent, self._language(request, now))))

    async def fix(self, request: Request) -> Response:
        """Makes the edit of a finding, where the file is still the one in which it was found. The save is then seen as any other."""
        now, sent = self.live.now, await _form(request)
        chosen = sent.get("finding", "")
        number = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 7 else -1
        found = now.diagnostics[number] if 0 <= number < len(now.diagnostics) and sent.get("number") == str(now.number) else None
        opened = now.opened
        if found is None or opened is None or not await self._work(lambda: edited(opened, found)):
            raise HTTPException(HTTPStatus.CONFLICT, "the file was saved since; look at the page again")
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def events(self, request: Request) -> Response:
        """The line on which the page hears of saves."""
        return StreamingResponse(self._events(), media_type="text/event-stream")

    async def _events(self) -> AsyncIterator[bytes]:
        loop, heard = asyncio.get_running_loop(), asyncio.Queue[str]()

        def listen(what: str) -> None:
            loop.call_soon_threadsafe(heard.put_nowait, what)

        self.live.listeners.add(listen)
        try:
            what = "hello"
            while True:
                yield f"event: {what}\ndata: {milliseconds(self.live.now.read_at)}\n\n".encode()
                if what == "ended":
                    return
                try:
                    what = await asyncio.wait_for(heard.get(), BEAT)
                except TimeoutError:
                    what = "beat"
        finally:
            self.live.listeners.discard(listen)

    async def static(self, request: Request) -> Response:
        """A script or the style sheet."""
        found = static_file(request.path_params["name"])
        if found is None:
            raise HTTPException(HTTPStatus.NOT_FOUND, "there is nothing of that name")
        return Response(found[1], media_type=found[0])

    async def api_sheet(self, request: Request) -> Response:
        """The price sheet as data."""
        now, asked = self.live.now, dict(request.query_params)
        return _json(await self._work(lambda: api.sheet(now, asked)))

    async def openapi(self, request: Request) -> Response:
        """What the API understands and answers."""
        return Response(json.dumps(openapi(), ensure_ascii=False, indent=1), media_type="application/json")

    def _api(self, question: api.Question) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "application/json":
                raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send a document as application/json")
            now, body = self.live.now, await request.body()
            return _json(await self._work(lambda: question(now, body)))

        return answer

    def _language(self, request: Request, now: Snapshot) -> str:
        return language_of(request.query_params.get("locale", ""), now, self.language)

    async def _work(self, work: Callable[[], Made]) -> Made:
        """What the work gives, done in a thread of its own."""
        if self.asked >= THREADS + WAITING:
            raise HTTPException(HTTPStatus.SERVICE_UNAVAILABLE, "too much is asked at once; ask again in a moment")
        self.asked += 1
        try:
            async with self.turns:
                return await run_in_threadpool(work)
        finally:
            self.asked -= 1


def listen_at(port: int) -> socket.socket:
    """A socket of this machine alone; port 0: any that is free. Raises OSError where another program listens there."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(("127.0.0.1", port))
        made.listen(128)
    except OSError:
        made.close()
        raise
    return made


def serve(live: LiveBook, pages: Pages, language: str | None, listening: socket.socket) -> None:
    """Answers until a signal ends it, which is then raised again."""
    port = listening.getsockname()[1]
    guarded = Guarded(Preview(live, pages, language).app(), port)
    config = Config(
        guarded,
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=2,
    )
    PreviewServer(config, live).run(sockets=[listening])


async def _form(request: Request) -> dict[str, str]:
    try:
        return dict(parse_qsl((await request.body()).decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError:
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, f"a form has {MOST_FIELDS} fields at most") from None


def _day(written: str, book: PriceBook) -> datetime:
    try:
        return instant_of(written, book) if written else start_of_today(book)
    except BadParameter:
        return start_of_today(book)


def _html(content: bytes, headers: Mapping[str, str] | None = None) -> Response:
    return Response(content, media_type="text/html; charset=utf-8", headers=headers)


def _json(answered: tuple[HTTPStatus, bytes]) -> Response:
    status, body = answered
    return Response(body, status, media_type="application/json" if status == HTTPStatus.OK else PROBLEM)


async def _refused(request: Request, fault: Exception) -> Response:
    if not isinstance(fault, HTTPException):
        raise fault
    status, body = problem(HTTPStatus(fault.status_code), fault.detail)
    return Response(body, status, media_type=PROBLEM, headers=fault.headers)


async def _refused_as_large(request: Request, fault: Exception) -> Response:
    return _json(too_large())


async def _failed(request: Request, fault: Exception) -> Response:
    return _json(problem(HTTPStatus.INTERNAL_SERVER_ERROR, f"pricebook itself failed: {type(fault).__name__}; this is a fault of the program"))
