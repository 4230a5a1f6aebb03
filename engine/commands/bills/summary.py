"""What a run of `bill` says at its end: counts and sums, to a person in lines and to a program as data."""

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from engine.batch.manifest import SUMMARY, BilledAccount, Manifest
from engine.commands.bills.billed_from import ChargesSource, UsageSource
from engine.commands.bills.period import BillOutcome
from engine.commands.bills.rendering import WantedDocuments
from engine.commands.invoice_content import own_faults
from engine.commands.invoicing import tell_others
from engine.commands.output import counted, listed, say
from engine.commands.reading import show_findings
from engine.results import writing, written
from engine.values.exact import plain, total
from engine.values.money import minor_places

if TYPE_CHECKING:
    from engine.diagnostics import Diagnostic
    from engine.store import OpenedBook

MOST_SHOWN = 20
"""Accounts whose findings are shown in full."""


def begin_summary(folder: Path) -> None:
    """Removes the summary of an earlier run: what it says is no longer so."""
    with writing(folder / SUMMARY):
        (folder / SUMMARY).unlink(missing_ok=True)


def tell(
    opened: "OpenedBook", manifest: Manifest, run: Mapping[str, Any], wanted: WantedDocuments, source: UsageSource | ChargesSource, outcome: BillOutcome
) -> int:
    """Shows and writes what became of the accounts; 0, or 1 where one has no documents, 3 where machine or program failed at it."""
    if not outcome.seen and not outcome.refused:
        raise click.UsageError(f"No account stands in these files: {listed(outcome.left_out)}. An account has a customer and subscriptions.")
    if outcome.left_out:
        say(f"left out, because no account stands there: {listed(outcome.left_out)}")
    others = source.others(outcome.seen)
    if others and not wanted.only:
        named = listed([f"{name} ({count:,})" for name, count in others.most_common()])
        say(f"usage of accounts that are not billed here: {named}")
    if not wanted.only:
        tell_others(source.issued.others(outcome.seen))
    refused = [*((each.text, each.diagnostics) for each in outcome.refused), *((None, each.diagnostics) for each in outcome.failed)]
    if refused:
        sources = dict(opened.sources) | {text.name: text.content.decode("utf-8-sig", "replace") for text, _ in refused[:MOST_SHOWN] if text is not None}
        show_findings(opened.shown(each for _, found in refused[:MOST_SHOWN] for each in found), sources, "text")
    data = summary_data(manifest, run, wanted.formats, outcome)
    for line in summary_lines(data, outcome, str(wanted.folder)):
        say(line)
    with written((wanted.folder / SUMMARY, (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode())):
        pass
    _refuse_unknown(wanted.only, outcome.seen)
    codes = {each.code for _, found in refused for each in found}
    return (3 if codes & own_faults() else 1) if refused else 0


def _refuse_unknown(only: Iterable[str], seen: Mapping[str, str]) -> None:
    for name in sorted({*only} - {*seen}):
        near = get_close_matches(name, seen, n=1)
        raise click.UsageError(f"There is no account `{name}`. {f'Did you mean `{near[0]}`?' if near else 'Name it by its id.'}")


def summary_data(manifest: Manifest, run: Mapping[str, Any], formats: Sequence[str], outcome: BillOutcome) -> dict[str, Any]:
    """The run, its accounts and documents counted, its numbers, the sums by currency, and each account without a document with the reasons."""
    owed = [each for each in manifest.accounts.values() if each.stem is not None]
    numbers = [each.number for each in owed if each.number is not None]
    return {
        **run,
        "accounts": {
            "billed": len(owed), "nothing_owed": sum(1 for each in manifest.accounts.values() if each.stem is None),
            "refused": len(outcome.refused), "failed": len(outcome.failed),
        },
        "documents": {form: sum(1 for each in owed if form in each.files) for form in sorted({*formats, *(form for each in owed for form in each.files)})},
        "numbers": {"count": len(numbers), "first": numbers[0] if numbers else None, "last": numbers[-1] if numbers else None},
        "totals": [_totals(currency, owed) for currency in sorted({each.currency or "" for each in owed})],
        "refused": [
            *(_reasons(each.account, each.text.name, each.diagnostics) for each in outcome.refused),
            *(_reasons(each.account, outcome.seen.get(each.account), each.diagnostics) for each in outcome.failed),
        ],
        "notes": dict(sorted(outcome.notes.items())),
    }  # fmt: skip


def _totals(currency: str, owed: Iterable[BilledAccount]) -> dict[str, object]:
    own = [each for each in owed if each.currency == currency]
    credit = sum(1 for each in own if each.kind == "credit-note")
    sums = {name: plain(total(Decimal(getattr(each, name)) for each in own), minor_places(currency)) for name in ("net", "tax", "gross")}
    return {"currency": currency, "invoices": len(own) - credit, "credit_notes": credit, **sums}


def _reasons(account: str | None, file: str | None, diagnostics: Iterable["Diagnostic"]) -> dict[str, object]:
    errors = [each for each in diagnostics if each.severity == "error"]
    return {"account": account, "file": file, "reasons": [{"code": each.code, "message": each.message} for each in errors]}


def summary_lines(data: Mapping[str, Any], outcome: BillOutcome, folder: str) -> list[str]:
    """The same in a few lines; of long lists the beginning, since `summary.json` has all of it."""
    accounts, numbers = data["accounts"], data["numbers"]
    left = [each["account"] or each["file"] for each in data["refused"]]
    parts = [
        f"{counted(outcome.written, 'account')} written to {folder}",
        *([f"{outcome.there:,} there before"] if outcome.there else ()),
        *([f"nothing owed by {outcome.nothing:,}"] if outcome.nothing else ()),
        *([f"{len(left):,} without documents: {listed(left)}"] if left else ()),
    ]
    lines = [", ".join(parts), *(f"documents: {count:,} {form}" for form, count in data["documents"].items())]
    if numbers["count"]:
        lines.append(f"numbers: {numbers['count']:,} given, {numbers['first']} to {numbers['last']}")
    for each in data["totals"]:
        kinds = [counted(each["invoices"], "invoice"), *([counted(each["credit_notes"], "credit note")] if each["credit_notes"] else ())]
        lines.append(f"{each['currency']}: {' and '.join(kinds)}, net {each['net']}, tax {each['tax']}, gross {each['gross']}")
    if accounts["refused"]:
        lines.append("an account without a number has the next one when it is mended and the command is run again")
    return lines
