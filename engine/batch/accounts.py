"""Accounts of any number, read once for all that are alike: when their subscriptions run, and who can be charged for a record.

Contract: two accounts are alike whose documents say the same but for the id and who the customer is; of these one is read in full. Whether
another one's address can stand on an invoice is found when it is billed.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.batch.account_texts import AccountText
from engine.billing.account_runs import runs_of
from engine.billing.runs import Run
from engine.billing.unbillable import no_account, no_subscription, unbillable
from engine.diagnostics import Diagnostic, report
from engine.diagnostics.accounts import USAGE_OUTSIDE
from engine.diagnostics.files import WRONG_USAGE
from engine.language.build import load_account
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.pricing.messages import place
from engine.shelf import Unusable
from engine.usage import UsageRecord
from engine.values.microseconds import in_microseconds

FOREVER = 2**62
DIGITS = 16
"""Of the digest of an account's text: 64 bits."""
DECIDING = ("country", "attributes")
"""What of a customer can decide an amount."""


@dataclass(slots=True)
class Accounts:
    """All accounts of a run by id, when their subscriptions run, and what is wrong with any of them.

    `until` is when the period ends: renewals that are due before it have happened. `digests` are the beginnings of the SHA-256 of the texts.
    """

    book: PriceBook
    until: datetime
    by_id: dict[str, Account] = field(default_factory=dict)
    runs: dict[str, tuple[Run, ...]] = field(default_factory=dict)
    problems: list[Diagnostic] = field(default_factory=list)
    refused: dict[str, Diagnostic] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    _files: dict[str, str] = field(default_factory=dict)
    _classes: dict[str, tuple[Account, tuple[Run, ...], tuple[Diagnostic, ...]]] = field(default_factory=dict)
    _spans: dict[tuple[str, str, str], list[tuple[int, int]]] = field(default_factory=dict)
    _named: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        book = self.book
        conditions = [*(entry.conditions for entry in book.prices), *(row.conditions for row in book.taxes), *(step.conditions for step in book.rounding)]
        conditions += [rule.conditions for rule in book.discounts.values()]
        self._named = frozenset(name for each in conditions for name in each.when.get("customer", ()))

    def read(self, text: AccountText) -> None:
        """One more account. Raises Unusable where it stands there twice, or under another id than its own."""
        key = _likeness(text, self._named)
        alike = self._classes.get(key) if key is not None else None
        if alike is None:
            account, problems = load_account(text.name, text.content, self.book)
            self.problems += problems
            if account is None or any(each.severity == "error" for each in problems):
                return
            if text.id is not None and account.id != text.id:
                message = f"the document is the account `{account.id}`, and its row is called `{text.id}`"
                raise Unusable(report(WRONG_USAGE, message, subject=text.name, help="write the same id into both"))
            alike = (account, *runs_of(self.book, account, self.until))
            if key is not None:
                self._classes[key] = alike
        first, runs, problems = alike
        if text.id is None or first.id == text.id:
            self._add(text, first, runs, problems)
            return
        account = replace(first, id=text.id, attributes={**first.attributes, "customer": text.id})
        self._add(text, account, tuple(replace(run, attributes={**run.attributes, "customer": text.id}) for run in runs), problems)

    def _add(self, text: AccountText, account: Account, runs: tuple[Run, ...], problems: tuple[Diagnostic, ...]) -> None:
        if account.id in self.by_id:
            message = f"the account `{account.id}` stands in `{self._files[account.id]}` and in `{text.name}`"
            raise Unusable(report(WRONG_USAGE, message, subject="--accounts", help="name each account once: its usage would be charged twice"))
        self.by_id[account.id], self.runs[account.id], self._files[account.id] = account, runs, text.name
        self.digests[account.id] = text.digest[:DIGITS]
        if problems:
            self.refused[account.id] = problems[0]
            self.problems += problems
        for run in runs:
            for sold in self.book.billing_modes[run.mode].items:
                if sold.payment == "postpaid" and not problems:
                    self._spans.setdefault((account.id, run.subscription, sold.item), []).extend(_instants(run))

    # --- who can be charged -----------------------------------------------------------------------------------------------------

    def spans(self, account: str, subscription: str, item: str) -> Sequence[tuple[int, int]]:
        """From when until when (microseconds since 1970, the end excluded) the subscription can be charged for the item."""
        return self._spans.get((account, subscription, item), ())

    def is_known(self, account: str, subscription: str) -> bool:
        """Whether there is such a subscription that can be charged."""
        known = self.by_id.get(account)
        return known is not None and account not in self.refused and any(each.id == subscription for each in known.subscriptions)

    def problem(self, record: UsageRecord) -> tuple[Diagnostic, tuple[object, ...] | None] | None:
        """Why nobody can be charged for the record, and what others have in common with it whose reason is the same."""
        account = self.by_id.get(record.account)
        if account is None:
            return no_account(record), None
        if account.id in self.refused:
            message = f"the account `{account.id}` cannot be charged: {self.refused[account.id].message}"
            return report(USAGE_OUTSIDE, message, place(record.origin), path="account", subject=account.id, help="correct the account first"), None
        if not any(each.id == record.subscription for each in account.subscriptions):
            return no_subscription(account, record), None
        runs = [run for run in self.runs[account.id] if run.subscription == record.subscription]
        found = unbillable(self.book, account, runs, record)
        return (found[0], (account.id, *found[1])) if found is not None else None


def _instants(run: Run) -> Iterator[tuple[int, int]]:
    for start, end in run.running.spans:
        yield in_microseconds(start), in_microseconds(end) if end is not None else FOREVER


def _likeness(text: AccountText, named: frozenset[str]) -> str | None:
    """What accounts that are alike have in common; None for one that is to be read by itself."""
    if text.id is None or text.id in named:
        return None
    try:
        said = json.loads(text.content)
    except ValueError:
        return None
    if not isinstance(said, dict) or said.get("id") != text.id or not isinstance(said.get("customer"), dict):
        return None
    customer: Mapping[str, object] = said["customer"]
    if not isinstance(customer.get("name"), str) or not str(customer["name"]).strip():
        return None
    deciding = {key: customer[key] for key in DECIDING if key in customer}
    return json.dumps({**said, "id": None, "customer": deciding}, sort_keys=True)
