"""What stands before every answer: who may ask, how much may be sent, and what a browser may do with what it gets.

Contract: a page of another site gets nothing, whatever it sends; a refusal is a problem document (RFC 9457) and never an exception.
"""

import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from http import HTTPStatus
from typing import Any

from engine.diagnostics.record import Diagnostic
from engine.documents.findings import findings_data

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LARGEST_BODY = 1024 * 1024
"""Bytes that one request may send: an account with years of history takes a tenth."""
DRAINED = 8 * LARGEST_BODY
"""Bytes of a refused body that are read before the line is closed."""
PROBLEM = "application/problem+json"
OF_OTHERS = ("cross-site", "same-site")
"""What a browser says of a request that a page of another address began."""
PAGE = (
    "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; font-src data:; img-src data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What the page may do: run the two scripts that are shipped, and talk to this server."""
SHEET = "default-src 'none'; style-src 'unsafe-inline'; font-src data:; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
"""What the sheet inside it may do: nothing but look as it does; its styles and fonts are in it."""
HEADERS = {
    "content-security-policy": PAGE,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
}


class TooLarge(Exception):
    """A request sends more than is read."""


class Guarded:
    """The application behind its guards. `port` is the one that it is asked at."""

    def __init__(self, app: App, port: int) -> None:
        self.app, self.port = app, port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers the request, or refuses it before it is looked at."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(headers)
        if refusal is not None:
            await _drained(receive)
            await _send(send, refusal)
            return
        begun: list[bool] = []

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(True)
                known = {name.lower() for name, _ in message["headers"]}
                more = [(name.encode(), value.encode()) for name, value in HEADERS.items() if name.encode() not in known]
                message = {**message, "headers": [*message["headers"], *more]}
            await send(message)

        try:
            await self.app(scope, _bounded(receive), answer)
        except TooLarge:
            if not begun:
                await _send(send, too_large())

    def _refusal(self, headers: dict[str, str]) -> tuple[HTTPStatus, bytes] | None:
        hosts = [f"{name}:{self.port}" for name in ("127.0.0.1", "localhost")]
        if headers.get("host") not in hosts:
            return problem(HTTPStatus.MISDIRECTED_REQUEST, f"this preview answers at http://{hosts[0]} only")
        foreign = headers.get("origin", f"http://{hosts[0]}") not in {f"http://{host}" for host in hosts}
        if foreign or headers.get("sec-fetch-site") in OF_OTHERS:
            return problem(HTTPStatus.FORBIDDEN, "a page of another address asks, and is given nothing")
        length = headers.get("content-length", "0")
        return too_large() if length.isascii() and length.isdigit() and (len(length) > len(str(LARGEST_BODY)) or int(length) > LARGEST_BODY) else None


def problem(status: HTTPStatus, detail: str, findings: Iterable[Diagnostic] = ()) -> tuple[HTTPStatus, bytes]:
    """A refusal as its problem document: what is wrong, and the findings in the form of `schemas/findings.json`."""
    data = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": detail, **findings_data(list(findings))}
    return status, json.dumps(data, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace") + b"\n"


def too_large() -> tuple[HTTPStatus, bytes]:
    """The refusal of a body that is too large."""
    return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a request may send {LARGEST_BODY:,} bytes; use the command for more")


def _bounded(receive: Receive) -> Receive:
    """The body as it comes, until it is too large."""
    left = LARGEST_BODY

    async def bounded() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            if message.get("more_body", False):  # after the last piece nothing comes: who asked for more would wait for ever
                await _drained(receive)
            raise TooLarge
        return message

    return bounded


async def _drained(receive: Receive) -> None:
    """Reads on without keeping anything, so that whoever sends hears the answer; of what goes on and on no more than so much."""
    left, more = DRAINED, True
    while more and left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        more = message.get("more_body", False)


async def _send(send: Send, refusal: tuple[HTTPStatus, bytes]) -> None:
    status, body = refusal
    headers = {"content-type": PROBLEM, "content-length": str(len(body)), "connection": "close", **HEADERS}
    await send({"type": "http.response.start", "status": int(status), "headers": [(name.encode(), value.encode()) for name, value in headers.items()]})
    await send({"type": "http.response.body", "body": body})
