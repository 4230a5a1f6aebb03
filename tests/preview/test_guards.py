"""Who may ask, and how much: a page of another address gets nothing, a body has a bound, and a slow request holds up no other."""

import http.client
import json
import re
import socket
import threading
import time

import pytest

from engine.preview.guards import LARGEST_BODY, PROBLEM, Guarded
from engine.preview.server import THREADS

ORDER = {"date": "2026-03-01", "billing_mode": "yearly-monthly", "term": "1 year", "items": {"basic-edition": "50-users-500-gb"}}
ADDRESSES = ("/", "/sheet", "/state", "/events", "/static/style.css", "/api/sheet", "/api/openapi.json")


def refused(found: tuple[int, dict, bytes], status: int) -> None:
    code, headers, body = found
    problem = json.loads(body)
    assert (code, headers["content-type"], problem["status"], bool(problem["detail"])) == (status, PROBLEM, status, True)


@pytest.mark.parametrize("path", ADDRESSES)
@pytest.mark.parametrize("host", ["example.com", "127.0.0.1", "127.0.0.1:1", "localhost.example.com", "[::1]:80", ""])
def test_a_foreign_host_gets_nothing(running, path, host):
    refused(running.ask(path, Host=host), 421)


@pytest.mark.parametrize("path", ["/api/quote", "/api/check", "/calculate", "/fix"])
@pytest.mark.parametrize(
    "said",
    [
        {"Origin": "https://example.com"}, {"Origin": "null"}, {"Origin": "http://127.0.0.1"}, {"Origin": "http://localhost:1"},
        {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"},
    ],
)  # fmt: skip
def test_a_page_of_another_address_gets_nothing(running, path, said):
    refused(running.ask(path, ORDER, **said), 403)


def test_the_page_itself_may_ask(running):
    for host in ("127.0.0.1", "localhost"):
        own = f"{host}:{running.port}"
        assert running.ask("/api/quote", ORDER, Host=own, Origin=f"http://{own}", Sec_Fetch_Site="same-origin")[0] == 200


def test_it_answers_on_this_machine_alone(running):
    with socket.create_connection(("127.0.0.1", running.port)), pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", running.port), timeout=2)


@pytest.mark.parametrize("path", ["/api/quote", "/api/change", "/api/invoice", "/api/check", "/calculate"])
def test_a_large_body_is_refused_before_it_is_read(running, path):
    refused(running.ask(path, b"x" * (LARGEST_BODY + 1)), 413)


def test_a_body_that_does_not_say_how_long_it_is_has_the_same_bound(running):
    line = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
    pieces = (b"x" * 65536 for _ in range(LARGEST_BODY // 65536 + 2))
    line.request("POST", "/api/quote", pieces, {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}, encode_chunked=True)
    answer = line.getresponse()
    refused((answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()), 413)


def test_a_body_whose_last_piece_is_too_much_is_refused_and_no_more_is_waited_for():
    pieces, said = [{"type": "http.request", "body": b"x" * (LARGEST_BODY + 1), "more_body": False}], []

    async def receive() -> dict:
        return pieces.pop()

    async def send(message: dict) -> None:
        said.append(message)

    async def application(scope: dict, receive, send) -> None:
        await receive()

    with pytest.raises(StopIteration):  # as a coroutine ends that waits for nothing
        Guarded(application, 80)({"type": "http", "headers": [(b"host", b"127.0.0.1:80")]}, receive, send).send(None)
    assert said[0]["status"] == 413


def test_who_sends_slowly_holds_up_nobody(running):
    slow = [socket.create_connection(("127.0.0.1", running.port)) for _ in range(THREADS * 2)]
    try:
        for line in slow:
            line.sendall(
                f"POST /api/quote HTTP/1.1\r\nHost: 127.0.0.1:{running.port}\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{{".encode()
            )
        assert running.ask("/api/quote", ORDER)[0] == 200
    finally:
        for line in slow:
            line.close()


def test_a_question_that_takes_long_holds_up_nobody(running):
    """While a sheet is made again and again, a light question is answered."""
    done: list[float] = []

    def sheets() -> None:
        for _ in range(3):
            assert running.ask("/api/sheet")[0] == 200
        done.append(time.monotonic())

    others = [threading.Thread(target=sheets) for _ in range(3)]
    for each in others:
        each.start()
    assert running.ask("/static/preview.js")[0] == 200
    light = time.monotonic()
    for each in others:
        each.join()
    assert len(done) == 3 and light < min(done)


def test_what_a_browser_may_do_with_the_page_is_bounded(running):
    for path in ("/", "/state", "/static/preview.js"):
        headers = running.ask(path)[1]
        policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
        assert (policy["default-src"], policy["script-src"], policy["connect-src"], policy["frame-ancestors"]) == ("'none'", "'self'", "'self'", "'none'")
        assert headers["x-content-type-options"] == "nosniff" and headers["cross-origin-resource-policy"] == "same-origin"
    sheet = running.ask("/sheet")[1]["content-security-policy"]
    assert "script-src" not in sheet and sheet.startswith("default-src 'none'")


@pytest.mark.parametrize("path", ["/", "/state", "/sheet", "/static/style.css", "/static/preview.js"])
def test_nothing_on_the_page_leads_away(running, path):
    """What is loaded names no other machine; an editor's address and the name of SVG are none."""
    body = running.ask(path)[2].replace(b'xmlns="http://www.w3.org/2000/svg"', b"")
    assert len(body) > 1000 and not re.search(rb"https?:|(?:src|href)=.//|url\((?!data:)|@import", body)
