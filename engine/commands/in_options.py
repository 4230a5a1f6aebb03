"""Findings of an order that was given by options, in words of those options: `--term` where an order file has `term:`.

Contract: knows findings and what was typed; changes subject, message, help and notes, never what was found.
"""

import re
import shlex
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from engine.diagnostics.orders import NO_ITEMS, UNKNOWN_BILLING_MODE
from engine.diagnostics.record import Diagnostic
from engine.language.build.flags import EventOptions, Flags, read_event_flags
from engine.model.book import PriceBook
from engine.values.spans import dotted

OPTIONS = {
    "billing_mode": "--mode",
    "term": "--term",
    "for": "--for",
    "date": "--date",
    "currency": "--currency",
    "items": "--item",
    "coupons": "--coupon",
    "attributes": "--attribute",
}
"""Key of an order file -> the option that says the same."""

WITHOUT_PLACE = {UNKNOWN_BILLING_MODE.slug: "--mode", NO_ITEMS.slug: "--item"}
"""What is missing altogether has no place in the order: the option by the finding's name."""


def in_options(findings: Iterable[Diagnostic], typed: Flags, book: PriceBook) -> tuple[Diagnostic, ...]:
    """The findings with the option at fault as their subject, and with options in place of keys in what they say."""
    subjects = {dotted(path): said for path, said in typed.subjects.items()}
    names = {*book.items, *book.billing_modes, *book.discounts, *book.attributes, *book.resources, *typed.written.values()}
    return tuple(_in_options(found, subjects, names, book) for found in findings)


EVENT_OPTIONS = {"change": "--item", "renew": "--renew", "switch": "--switch", "unsubscribe": "--unsubscribe"}
"""Kind of event -> the option that asks for it."""


def in_event_options(findings: Iterable[Diagnostic], typed: EventOptions, book: PriceBook) -> tuple[Diagnostic, ...]:
    """The findings about a further event (its items, term, mode and end as `typed`), with the option at fault as their subject."""
    flags = read_event_flags(*typed)
    items, renew, switch, _ = typed
    asked = next((option for option, given in zip(EVENT_OPTIONS.values(), typed, strict=True) if given), "")
    subjects = {dotted(path): said for path, said in flags.subjects.items()}
    options = {**EVENT_OPTIONS, "term": "--renew", "to": "--switch"}
    keys = "|".join(options)
    found = []
    for each in findings:
        if each.span is not None or each.subject in ("--date", "--subscription"):  # it speaks of the file's own keys
            found.append(each)
            continue
        by_item = next((f"--item {said}" for said in items if said.partition("=")[0] == each.subject), "")
        whole = f"{asked} {renew or switch}" if renew or switch else asked
        message, remedy = (re.sub(rf"`({keys})`", lambda match: f"`{options[match[1]]}`", text) for text in (each.message, each.help))
        # What was found in an option's own characters names it already.
        subject = each.subject if each.subject.startswith("--") else subjects.get(each.path) or by_item or whole
        found.append(replace(each, subject=subject, message=message, help=remedy))
    return tuple(found)


def _in_options(found: Diagnostic, subjects: dict[str, str], names: set[str], book: PriceBook) -> Diagnostic:
    if found.span is not None:
        return found
    subject = found.subject if found.subject.startswith("--") else _subject(found, subjects)

    def said(text: str) -> str:
        return _KEY.sub(lambda match: _option(match, names), text)

    return replace(
        found,
        subject=subject,
        message=said(found.message),
        notes=tuple(said(note) for note in found.notes),
        help=_remedy(said(found.help), subject, book),
    )


def _subject(found: Diagnostic, subjects: dict[str, str]) -> str:
    """The option as it was typed; the option's name alone where it is missing."""
    key = found.path.partition(".")[0]
    typed = (f"coupons.{number}" for number in range(len(subjects)))
    if key == "coupons":
        return next((subjects[path] for path in typed if subjects.get(path) == f"--coupon {found.subject}"), "--coupon")
    return subjects.get(found.path) or OPTIONS.get(key) or WITHOUT_PLACE.get(found.slug, found.subject)


_KEY = re.compile(rf"`({'|'.join(OPTIONS)})(?:(:)(?: ([^`]+))?)?`")


def _option(match: re.Match[str], names: set[str]) -> str:
    key, colon, value = match.groups()
    if not colon and key in names:
        return match[0]  # the book or the customer has something of this name
    return f"`{OPTIONS[key]} {shlex.quote(value) if ' ' not in value else chr(34) + value + chr(34)}`" if value else f"`{OPTIONS[key]}`"


def _remedy(help_text: str, subject: str, book: PriceBook) -> str:
    """What to write instead, where a sentence about an order file would not say which option."""
    for pattern, option in _REMEDIES:
        help_text = pattern.sub(partial(option, book), help_text)
    if subject == "--mode" and "`--mode`" not in help_text:
        return f"add `--mode`: {help_text}"
    if subject.startswith("--currency") and help_text.startswith("order in "):
        return help_text.replace("order in ", "write `--currency` with ", 1)
    return help_text


def _item(book: PriceBook, match: re.Match[str]) -> str:
    item = book.items.get(match[1])
    return f"add `--item {match[1]}={'SPEC' if item is not None and item.specs else 'QUANTITY'}`"


_REMEDIES: tuple[tuple[re.Pattern[str], Callable[[PriceBook, re.Match[str]], str]], ...] = (
    (re.compile(r"^add `([^`]+)` to the order"), _item),
    (re.compile(r"^add a term: "), lambda _book, _match: "add `--term` with "),
    (re.compile(r"^add one of "), lambda _book, _match: "add `--item` with one of "),
    (re.compile(r"under `--attribute`"), lambda _book, _match: "with `--attribute NAME=VALUE`"),
)
