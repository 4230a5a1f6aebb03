"""Which number an account's invoice has, and under which names its files stand: given in the order of the accounts, each once, and kept for good."""

from dataclasses import dataclass

from engine.batch.manifest import BilledAccount, Manifest
from engine.commands.bills.rendering import BillVerdict
from engine.commands.invoice_files import numbered, refuse_taken, stem_of
from engine.diagnostics import Diagnostic, report
from engine.diagnostics.runs import ACCOUNT_CHANGED


@dataclass(slots=True)
class Numbering:
    """Gives numbers by a pattern (None: drafts) to accounts that owe something for a period, whose text is part of the names of files.

    Raises wrong usage for a number that is `taken` by an invoice that was issued before.
    """

    manifest: Manifest
    pattern: str | None
    period: str
    taken: frozenset[str] = frozenset()
    _new: int = 0  # given, and not yet in the manifest

    def billed(self, verdict: BillVerdict) -> BilledAccount | Diagnostic:
        """The account that owes something or nothing, as the manifest is to have it; or why it is not billed."""
        account = verdict.account or ""
        known = self.manifest.accounts.get(account)
        if known is not None and known.text == verdict.text.digest and known.amounts == verdict.amounts:
            return known
        if known is not None and known.number is not None and (known.files or verdict.state == "nothing"):
            return _changed(known, verdict)
        if verdict.state == "nothing":
            return BilledAccount(account, verdict.text.digest)
        stem, number = (known.stem, known.number) if known is not None else (None, None)
        if number is None and self.pattern is not None:
            number, self._new = numbered(self.pattern, self.manifest.given + self._new), self._new + 1
            refuse_taken(number, self.taken)
        kind, currency, net, tax, gross = verdict.amounts
        return BilledAccount(
            account, verdict.text.digest, stem or self.manifest.free_stem(stem_of(account, self.period)), number, kind, currency, net, tax, gross
        )

    def note(self, billed: list[BilledAccount]) -> None:
        """Notes the accounts in the manifest: their numbers are given from now on."""
        if billed:
            self.manifest.bill(billed)
        self._new = 0


def _changed(known: BilledAccount, verdict: BillVerdict) -> Diagnostic:
    was, comes = (" ".join(filter(None, (each[1], each[-1]))) or "nothing" for each in (known.amounts, verdict.amounts or ("", "")))
    told = f"it came to {was} and comes to {comes} now" if was != comes else "its text is another now"
    message = f"the account `{known.account}` is not the one that invoice {known.number} was made of: {told}"
    remedy = "put the account back as it was; what changed after an invoice was written is put right by a later one (`pricebook invoice --issued`)"
    return report(ACCOUNT_CHANGED, message, subject=verdict.text.name, help=remedy)
