"""`when`, `effective` and `until`: which customers and orders a rule is for, and from when until when."""

from datetime import datetime

from engine.diagnostics import dates, references
from engine.diagnostics.record import Remedy
from engine.language.build.context import Build
from engine.language.build.node import Node, is_number
from engine.language.names import country_meant
from engine.model.conditions import ALWAYS, Conditions
from engine.model.time_bands import BAND
from engine.values.countries import is_country
from engine.values.spans import Span


def read_conditions(build: Build, node: Node) -> Conditions:
    """The conditions written beside a rule; ALWAYS where none are. Source: rule language, 3.1."""
    when = build.attempt_at(node, "when", read_when)
    effective, until = read_instant(build, node.get("effective")), read_instant(build, node.get("until"))
    if effective is not None and until is not None and until <= effective:
        build.report(
            dates.ENDS_BEFORE_START,
            f"`until: {node.at('until').text()}` is not after `effective: {node.at('effective').text()}`: it is never in force",
            node.at("until"),
            labels=build.place_label(node.at("effective"), "in force from here"),
            help="`until` is the first day on which the rule no longer holds: write a later date",
        )
    return Conditions(when or {}, effective, until) if when or effective or until else ALWAYS


def read_instant(build: Build, node: Node | None) -> datetime | None:
    """A date or instant in the book's time zone, as UTC."""
    return node.instant(build.zone) if node is not None else None


def read_when(build: Build, node: Node) -> dict[str, tuple[str, ...]]:
    """Attribute -> the values that it may have. Unknown attributes and values are reported."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in node.entries():
        if check_attribute(build, name, value):
            values = build.each(read_attribute_value, value.one_or_more(), name)
            if values:
                found[name] = tuple(dict.fromkeys(values))
    return found


def check_attribute(build: Build, name: str, at: Node, span: Span | None = None) -> bool:
    """Whether the attribute is declared; reported otherwise, at the key of `at` or at `span`."""
    if build.is_attribute(name):
        build.used.add(("attributes", name))
        return True
    build.report(
        references.UNKNOWN_ATTRIBUTE,
        f"attribute `{name}` is not declared",
        span or at.key_span() or at,
        path=at.dotted(),
        names=(name,),
        **build.attribute_meant(name),
    )
    return False


def read_attribute_value(build: Build, node: Node, name: str) -> str:
    """A value of the attribute, which must be among those that the book declares for it."""
    value = node.text()
    remedy = refuse_value(build, name, value)
    if remedy is not None:
        message = f"`{value}` is not among the values of attribute `{name}`"
        raise build.refuse(references.UNKNOWN_ATTRIBUTE_VALUE, message, node, names=(value, name), **remedy)
    if name == BAND:
        build.used.add(("time_bands", value))
    return value


def refuse_value(build: Build, name: str, value: str) -> Remedy | None:
    """What to write instead of a value that the attribute cannot have; None where it can."""
    if name not in build.attributes and name == "country" and not is_country(value):
        return Remedy(help=country_meant(value))
    if name in build.attributes and build.attributes[name].kind == "number" and not (is_number(value) and not value.startswith("-")):
        return Remedy(help="write a number from 0 up, such as `1200`")
    allowed = build.values_of(name)
    return build.meant(value, allowed, "value") if allowed and value not in allowed else None
