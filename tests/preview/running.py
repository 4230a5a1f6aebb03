"""A preview as a process of its own, asked over HTTP."""

import http.client
import json
import os
import re
import select
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.commands.desk import ROOT, committed

PRICES = "rules/koodrive/prices/2026-01-01.yaml"


@dataclass(frozen=True)
class Running:
    """A preview that runs: its process, and where it answers."""

    process: subprocess.Popen
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def ask(self, path: str, body: object = None, method: str = "", **headers: str) -> tuple[int, dict[str, str], bytes]:
        """The status, the headers and the body of an answer; a `body` that is no bytes is sent as JSON."""
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        kind = {} if body is None else {"Content-Type": "application/json"}
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        line.request(method or ("GET" if body is None else "POST"), path, content, kind | {name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        line.close()
        return found

    def data(self, path: str, body: object = None) -> tuple[int, dict]:
        """The status and the document of an answer."""
        status, _, content = self.ask(path, body)
        return status, json.loads(content)

    def number(self) -> int:
        """How often the book was read."""
        return int(re.search(rb'data-number="(\d+)"', self.ask("/state")[2])[1])

    def wait_for(self, happened) -> None:
        """Waits until `happened`, asked with what /state says, is true."""
        for _ in range(400):
            if happened(self.ask("/state")[2].decode()):
                return
            time.sleep(1 / 20)
        raise AssertionError(self.ask("/state")[2].decode())


def folder(place: Path, commit: bool = True) -> Path:
    """A working folder with a copy of the KooDrive book, as a repository with one commit."""
    shutil.copytree(ROOT / "rules" / "koodrive", place / "rules" / "koodrive")
    if commit:
        committed(place)
    return place


def start(desk: Path, *arguments: str, port: int = 0) -> Running:
    """Starts the command in the folder and waits until it answers."""
    command = [sys.executable, str(ROOT / "cli.py"), "preview", *(arguments or ("koodrive",)), "--port", str(port)]
    process = subprocess.Popen(command, cwd=desk, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=os.environ)
    said = process.stderr.readline() if select.select([process.stderr], [], [], 120)[0] else ""
    found = re.search(r"http://127\.0\.0\.1:(\d+)/", said)
    if found is None:
        process.kill()
        raise AssertionError(said + process.communicate()[1])
    return Running(process, int(found[1]))


def end(running: Running) -> str:
    """Ends the process, and gives what else it said; one that was ended has said it."""
    if running.process.stderr.closed:
        return ""
    if running.process.poll() is None:
        running.process.terminate()
    _, said = running.process.communicate(timeout=60)
    return said


def change(desk: Path, old: str, new: str, name: str = PRICES) -> None:
    """Saves a file of the book with other words in place of the first that are named."""
    path = desk / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
