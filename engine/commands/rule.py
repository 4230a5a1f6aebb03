"""`pricebook rule`: what a code means, why it matters, a bad and a good example, how to silence it."""

from typing import TYPE_CHECKING

import click

from engine.commands.options import described
from engine.commands.output import width, write_result

if TYPE_CHECKING:
    from engine.diagnostics import CodeInfo

FAMILIES = {
    "Y": "text and files",
    "S": "keys and values",
    "R": "names",
    "T": "tiers",
    "M": "money",
    "D": "dates",
    "P": "policies and discounts",
    "C": "changes",
    "X": "documents",
    "Q": "orders and usage",
    "K": "examples",
}

HELP = """Explain a code: what is wrong, why it matters, a bad and a good example, how to silence it.

Takes a code (T206) or its name; without one it lists all codes."""


@described(HELP, "pricebook rule Y801")
@click.argument("code", required=False)
def command(code: str | None) -> int:
    """Prints the manual page of a code, or the list."""
    from engine.diagnostics import by_code_or_slug

    if code is None:
        write_result(_list())
        return 0
    info = by_code_or_slug(code)
    if info is None:
        raise click.UsageError(f"There is no code `{code}`. {_nearest(code)}")
    write_result(_page(info))
    return 0


def _nearest(code: str) -> str:
    from difflib import get_close_matches

    from engine.diagnostics import CODES

    near = get_close_matches(code.lower(), [name for info in CODES.values() for name in (info.code.lower(), info.slug)], n=1)
    return f"Did you mean `{near[0].upper() if near[0].upper() in CODES else near[0]}`?" if near else "`pricebook rule` lists them all."


def _list() -> str:
    from engine.diagnostics import CODES

    lines: list[str] = []
    for family, title in FAMILIES.items():
        infos = [info for info in CODES.values() if info.code.startswith(family)]
        if infos:
            lines += [*([""] if lines else ()), f"{family}  {title}", *(row for info in infos for row in _entry(info))]
    return "\n".join(lines) + "\n"


def _entry(info: "CodeInfo") -> list[str]:
    """A code in the list: its title beside it, and its name, by which it is found too."""
    lead = f"  {info.code}  {info.severity:7}  "
    first, *more = _wrapped(f"{info.title} ({info.slug})", len(lead))
    return [lead + first, *(" " * len(lead) + row for row in more)]


def _wrapped(text: str, indent: int = 0) -> list[str]:
    from engine.documents.findings_text import wrap

    return wrap(text, width() - indent, 0)


def _page(info: "CodeInfo") -> str:
    told = ["\n".join(_wrapped(text)) for text in (f"{info.title[:1].upper()}{info.title[1:]}.", info.why)]
    parts = [f"{info.code}  {info.slug}  ({info.severity})", *told]
    for heading, text in (("Not like this:", info.bad), ("Like this:", info.good)):
        if text:
            parts.append(heading + "\n\n" + "\n".join(f"    {line}".rstrip() for line in text.strip("\n").splitlines()))
    if info.severity != "error":
        parts.append(f"To silence it, end the line with a reason:\n\n    # pricebook: ignore={info.code} reason: why it is meant so here")
    else:
        parts.append("An error cannot be silenced: no price can be trusted while it stands.")
    return "\n\n".join(parts) + "\n"
