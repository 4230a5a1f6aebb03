"""Findings of an order or event that was given by options: their subject is the option at fault, as it was typed.

Contract: knows findings and what was typed, and changes the subject alone: what is said speaks of options already.
"""

from collections.abc import Iterable
from dataclasses import replace

from engine.diagnostics.record import Diagnostic
from engine.language.build.flags import EVENT_OPTIONS, ORDER_OPTIONS, EventOptions, Flags, read_event_flags
from engine.values.spans import dotted


def in_options(findings: Iterable[Diagnostic], typed: Flags) -> tuple[Diagnostic, ...]:
    """The findings about an order that was `typed`."""
    subjects = {dotted(path): said for path, said in typed.subjects.items()}
    return tuple(replace(each, subject=_subject(each, subjects)) if each.span is None else each for each in findings)


def _subject(found: Diagnostic, subjects: dict[str, str]) -> str:
    """The option as it was typed; the option's name alone where it is missing."""
    if found.subject.startswith("--"):
        return found.subject
    key = found.path.partition(".")[0] or found.missing
    option = ORDER_OPTIONS.option(key) if ORDER_OPTIONS.types(key) else found.subject
    coupon = f"{option} {found.subject}"
    if key == "coupons" and coupon in subjects.values():
        return coupon
    return subjects.get(found.path, option)


def in_event_options(findings: Iterable[Diagnostic], typed: EventOptions) -> tuple[Diagnostic, ...]:
    """The findings about a further event (its items, term, mode and end as `typed`)."""
    subjects = {dotted(path): said for path, said in read_event_flags(*typed).subjects.items()}
    items, renew, switch, _ = typed
    kinds = zip(("change", "renew", "switch", "unsubscribe"), typed, strict=True)
    asked = next((EVENT_OPTIONS.option(kind) for kind, given in kinds if given), "")
    whole = f"{asked} {renew or switch}" if renew or switch else asked
    by_item = {said.partition("=")[0]: f"--item {said}" for said in reversed(items)}
    found = []
    for each in findings:
        # What has a place is about the file, and what was found in an option's own characters names it already.
        named = each.span is not None or each.subject.startswith("--")
        found.append(each if named else replace(each, subject=subjects.get(each.path) or by_item.get(each.subject, whole)))
    return tuple(found)
