"""The set-up pages name the command as it is, and a server that is started so answers."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")


def block(language: str) -> str:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[0]


def test_every_editor_starts_the_same_command():
    settings = json.loads(block("json"))
    vs_code = [settings["glspc.server.command"], *settings["glspc.server.commandArguments"]]
    neovim = re.findall(r"'([^']+)'", re.findall(r"cmd = \{(.*?)\}", block("lua"))[0])
    jetbrains = re.findall(r"\| Command \| `([^`]+)` \|", PAGE)[0].split()
    assert vs_code == neovim == jetbrains == ["pricebook", "lsp"]


def test_a_server_whose_editor_is_gone_ends_by_itself_and_prints_nothing():
    asked = b'{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": null, "rootUri": null, "capabilities": {}}}'
    message = b"Content-Length: %d\r\n\r\n%s" % (len(asked), asked)
    ran = subprocess.run([sys.executable, ROOT / "cli.py", "lsp"], input=message, capture_output=True, timeout=60, check=False)
    head, _, body = ran.stdout.partition(b"\r\n\r\n")
    answer = json.loads(body[: int(re.findall(rb"Content-Length: (\d+)", head)[0])])
    assert {"completionProvider", "hoverProvider", "renameProvider", "definitionProvider", "codeActionProvider"} <= set(answer["result"]["capabilities"])
    assert answer["result"]["capabilities"]["positionEncoding"] == "utf-16"
    assert (ran.returncode, ran.stderr) == (0, b"")
