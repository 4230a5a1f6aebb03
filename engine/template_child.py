"""The process in which a user's template runs: sandboxed, limited in time and memory.

Started by `engine.workers` by its path, with Python's isolated mode; it imports nothing of the product, so nothing of it can be
reached. It reads one JSON object (template, values, limits) and writes one (`html`, or `failure` with what, message and line).
"""

import json
import re
import sys
import traceback

sys.path += sys.argv[1:]  # where the parent found the packages below

from jinja2 import FunctionLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

ISOLATES = str.maketrans({"\u2066": '<bdi dir="ltr">', "\u2068": "<bdi>", "\u2069": "</bdi>"})
LANGUAGE_MARKS = re.compile("\U000e0001(?:\U000e007f|([\U000e0061-\U000e007a\U000e002d\U000e0030-\U000e0039\U000e0041-\U000e005a]+))")
CONTROLS = re.compile(r"[\"\\<>&\x00-\x1f\x7f]")


class TooMuch(Exception):
    """A limit was reached: `what` is time, memory or output."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def set_limits(limits: dict) -> None:
    """Processor time and memory of this process; where a system knows no such limits, the parent's clock remains."""
    try:
        import resource
        import signal
    except ImportError:
        return
    seconds = limits["seconds"]

    def out_of_time(*_) -> None:
        raise TooMuch("time")

    signal.signal(signal.SIGXCPU, out_of_time)
    # The soft limit lets Python say where it was; the hard one ends what does not listen.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 2))
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def span(match: re.Match) -> str:
    """A mark of another language (or its end) as an element, as the product's own template writes it."""
    if not match[1]:
        return "</span>"
    code = "".join(chr(ord(letter) - 0xE0000) for letter in match[1])
    return f'<span lang="{code}" dir="{"rtl" if code.partition("-")[0] == "ar" else "ltr"}">'


def revived(value: dict) -> object:
    """Markup that the parent made (drawings, style sheets) stays markup; everything else is a text and will be escaped."""
    return Markup(value["markup"]) if value.keys() == {"markup"} else value


def environment(job: dict) -> ImmutableSandboxedEnvironment:
    """The sandbox: values cannot be changed, private attributes cannot be read, an unknown name is an error."""

    def load(name: str):
        if name == job["name"]:
            return job["source"], job["name"], None
        return (job["parts"][name], name, None) if name in job["parts"] else None

    made = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: Markup(LANGUAGE_MARKS.sub(span, escape(value).translate(ISOLATES))) if isinstance(value, str) else value,
    )
    made.filters["attribute"] = lambda text: LANGUAGE_MARKS.sub("", re.sub("[\u2066\u2068\u2069]", "", str(text)))
    made.filters["css_string"] = lambda text: Markup(
        '"' + CONTROLS.sub(lambda match: f"\\{ord(match[0]):x} ", made.filters["attribute"](text)) + '"'
    )
    return made


def place(error: BaseException, job: dict) -> tuple[str, int]:
    """The deepest template line that the error passed through: (template, line); line 0 where none is known."""
    known = {job["name"], *job["parts"]}
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename in known]
    own = [frame for frame in frames if frame.filename == job["name"]]
    chosen = (own or frames or [None])[-1]
    return (chosen.filename, chosen.lineno or 0) if chosen else (job["name"], 0)


def render(job: dict) -> dict:
    """The page, or why there is none. Whatever a template does wrong is an answer, not a crash."""
    try:
        parts, size = [], 0
        for part in environment(job).get_template(job["name"]).generate(**job["values"]):
            parts.append(part)
            size += len(part)
            if size > job["limits"]["output"]:
                raise TooMuch("output")
        return {"html": "".join(parts)}
    except TemplateSyntaxError as error:
        where = error.filename if error.filename in job["parts"] else job["name"]
        return failure("syntax", str(error.message), (where, error.lineno))
    except TemplateNotFound as error:
        return failure("missing-part", error.name or "", place(error, job))
    except UndefinedError as error:
        return failure("unknown-value", str(error), place(error, job))
    except SecurityError as error:
        return failure("forbidden", str(error), place(error, job))
    except TooMuch as error:
        return failure(error.what, "", place(error, job))
    except MemoryError as error:
        return failure("memory", "", place(error, job))
    except (RecursionError, OverflowError) as error:
        return failure("time", "", place(error, job))
    except Exception as error:
        return failure("failed", str(error), place(error, job))


def failure(what: str, message: str, where: tuple[str, int]) -> dict:
    """The answer for a template that could not be rendered."""
    return {"failure": {"what": what, "message": message, "template": where[0], "line": where[1]}}


def main() -> None:
    """Reads the job, sets the limits, renders, answers."""
    job = json.loads(sys.stdin.buffer.read(), object_hook=revived)
    set_limits(job["limits"])
    answer = render(job)
    sys.stdout.buffer.write(json.dumps(answer).encode("utf-8"))


if __name__ == "__main__":
    main()
