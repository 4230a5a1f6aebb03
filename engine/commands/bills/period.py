"""Every invoice of a period: accounts go to processes to be billed, numbers are given in their order, and documents are written.

Contract: what is written, and under which number, does not depend on how many processes there are, which of them end, or where an earlier run
was stopped. A number is in the manifest before its document is rendered, and stays its account's.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

import click

from engine.batch.account_texts import AccountText, AccountTexts
from engine.batch.manifest import BilledAccount, Manifest
from engine.commands.bills.numbering import Numbering
from engine.commands.bills.rendering import Biller, BillVerdict, Judge, Numbered, WantedDocuments, Write, Written
from engine.commands.output import say
from engine.diagnostics import Diagnostic, report
from engine.diagnostics.documents import PDF_NOT_INSTALLED, PROCESS_CANNOT_WORK
from engine.diagnostics.einvoice import E_INVOICE_NOT_INSTALLED
from engine.diagnostics.tables import PARQUET_NOT_INSTALLED
from engine.in_processes import AT_ONCE, Crew, Heard, Member, ended
from engine.shelf import Unusable

AHEAD = 4
"""Tasks that each process may be ahead of the first account without a verdict."""
MOST_ENDED = 2
"""How often in a row processes may end at one account, or before they begin any."""
MACHINE = {PDF_NOT_INSTALLED.code, E_INVOICE_NOT_INSTALLED.code, PARQUET_NOT_INSTALLED.code}
"""What no account is at fault for: all would be refused alike."""


@dataclass(slots=True)
class BillOutcome:
    """What became of the accounts: `refused` and `failed` to be written, each with why; `left_out` files that hold none; how often each note was made;
    how many are `written` now, were `there` before, and owe `nothing`. `seen` has each account's file.
    """

    refused: list[BillVerdict] = field(default_factory=list)
    failed: list[Written] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)
    seen: dict[str, str] = field(default_factory=dict)
    written: int = 0
    there: int = 0
    nothing: int = 0


@dataclass(slots=True)
class _PeriodPart:
    """Some accounts in a row that are in work: who holds their invoices, their verdicts, and when they have numbers, what is to be written."""

    texts: tuple[AccountText, ...]
    member: Member | None = None
    verdicts: list[BillVerdict] | None = None
    documents: tuple[Numbered, ...] | None = None
    given: bool = False
    begun: int = 0


class BilledPeriod:
    """Bills the accounts of a period into the folder of a manifest. `reached` is told how many accounts are done."""

    def __init__(self, manifest: Manifest, wanted: WantedDocuments, period: str, texts: AccountTexts, reached: Callable[[int], None]) -> None:
        self._manifest, self._wanted, self._reached = manifest, wanted, reached
        self._numbering = Numbering(manifest, wanted.number, period, wanted.taken)
        self._texts = self._to_bill(texts)
        self._parts: dict[int, _PeriodPart] = {}
        self._place = self._done = 0
        self._ended: Counter[int | None] = Counter()
        self._refused: dict[int, str] = {}
        self.outcome = BillOutcome()

    def bill(self, biller: Biller, workers: int) -> BillOutcome:
        """Does everything, in so many processes. Raises Unusable where the machine fails; what is done by then is in the manifest."""
        with Crew(biller, workers) as crew:
            while True:
                for member in crew.idle:
                    task = self._next(member, crew)
                    if task is not None:
                        crew.give(member, task)
                if not any(each.task is not None for each in crew.members):
                    return self.outcome
                for heard in crew.heard():
                    self._hear(heard)
                    self._reached(self._done + sum(each.begun for each in self._parts.values()))

    # --- what is to be done ---------------------------------------------------------------------------------------------------

    def _to_bill(self, texts: AccountTexts) -> Iterator[AccountText]:
        """The texts of which something is to be done; the others are counted."""
        only = self._wanted.only
        for text in texts:
            billed = self._manifest.of_text(text.digest)
            known = billed.account if billed is not None else text.id
            if billed is not None and not only and not self._manifest.lacks(billed, self._wanted.formats):
                self._see(billed.account, text.name)
                self.outcome.there += billed.stem is not None
                self.outcome.nothing += billed.stem is None
                self._done += 1
            elif not only or known is None or known in only:
                yield text
            else:
                self._done += 1

    def _next(self, member: Member, crew: Crew) -> Judge | Write | None:
        """The task for a process: to write what it has billed itself or nobody holds any more, else to bill further accounts."""
        for start, part in self._parts.items():
            free = part.member is member or part.member not in crew.members
            if part.documents is not None and not part.given and free:
                part.member, part.given = member, True
                return Write(start, part.documents)
            if part.verdicts is None and part.documents is None and part.member not in crew.members:
                part.member = member
                return Judge(start, part.texts, frozenset(self._refused))
        first = next(iter(self._parts), self._place)
        ahead = self._place - first >= AHEAD * AT_ONCE * len(crew.members)
        texts = tuple(islice(self._texts, AT_ONCE)) if not ahead else ()
        if not texts:
            return None
        start, self._place = self._place, self._place + len(texts)
        self._parts[start] = _PeriodPart(texts, member)
        return Judge(start, texts)

    # --- what is heard --------------------------------------------------------------------------------------------------------

    def _hear(self, heard: Heard) -> None:
        match heard.task:
            case _ if heard.ended:
                self._replaced(heard)
            case Judge(start) if heard.begun is None:
                self._parts[start].verdicts = [*heard.answer, *self._not_billed(heard.task)]
                self._number()
            case Write(start) if heard.begun is None:
                self._note(start, heard.answer)
            case Write(start):
                self._parts[start].begun += 1

    def _number(self) -> None:
        """Gives numbers to the accounts whose predecessors all have a verdict, in their order, before any of them is rendered."""
        for start, part in [*self._parts.items()]:
            if part.documents is None:
                if part.verdicts is None:
                    return
                verdicts = sorted(part.verdicts, key=lambda each: each.place)
                billed: list[BilledAccount] = []
                part.documents = tuple(document for each in verdicts if (document := self._document(each, billed)) is not None)
                part.verdicts = None
                self._numbering.note(billed)
                self._done += len(part.texts) - len(part.documents)
                if not part.documents:
                    del self._parts[start]

    def _document(self, verdict: BillVerdict, billed: list[BilledAccount]) -> Numbered | None:
        """What is to be written of an account; it has its number from now on. None where that is nothing."""
        self.outcome.notes.update(each.code for each in verdict.diagnostics if each.severity != "error")
        if verdict.state == "other":
            self.outcome.left_out.append(verdict.text.name)
            return None
        if verdict.account is not None:
            self._see(verdict.account, verdict.text.name)
        if verdict.state in ("owed", "nothing"):
            made = self._numbering.billed(verdict)
            if isinstance(made, BilledAccount):
                if self._manifest.accounts.get(made.account) != made:
                    billed.append(made)
                self.outcome.nothing += made.stem is None
                return self._lacking(verdict, made)
            verdict = replace(verdict, state="refused", diagnostics=(made,))
        if verdict.state == "refused":
            if any(each.code in MACHINE for each in verdict.diagnostics):
                raise Unusable(*(each for each in verdict.diagnostics if each.code in MACHINE), exit_code=3)
            self.outcome.refused.append(verdict)
        return None

    def _lacking(self, verdict: BillVerdict, made: BilledAccount) -> Numbered | None:
        formats = self._wanted.formats if self._wanted.only else self._manifest.lacks(made, self._wanted.formats)
        if made.stem is None:
            return None
        if not formats:
            self.outcome.there += 1
            return None
        return Numbered(verdict.place, verdict.text, made.account, made.number, made.stem, formats)

    def _note(self, start: int, answers: list[Written]) -> None:
        """Notes in the manifest what stands; what does not is told, and is written by a later run."""
        self._manifest.wrote([(each.account, each.files) for each in answers if each.files])
        part = self._parts.pop(start)
        self._done += len(part.documents or ())
        self.outcome.written += sum(1 for each in answers if each.files)
        self.outcome.failed += [each for each in answers if each.diagnostics]
        stopped = next((each for each in answers if each.exit_code), None)
        if stopped is not None:
            raise Unusable(*stopped.diagnostics, exit_code=stopped.exit_code)

    # --- processes that end ---------------------------------------------------------------------------------------------------

    def _replaced(self, heard: Heard) -> None:
        """Another process is there already: what the one that ended was at is done again, but for an account at which two ended in a row."""
        if heard.task is None:
            return
        at = heard.member.at
        self._ended[at] += 1
        part = self._parts[heard.task.start]
        part.given, part.begun = False, 0
        if at is None:
            if self._ended[None] > MOST_ENDED:
                raise ended(heard.ended)
            return
        text = part.texts[at - heard.task.start]
        if self._ended[at] < MOST_ENDED:
            say(f"{text.id or text.name}: the process that billed it was ended ({heard.ended}); it is done again")
            return
        self._refused[at] = heard.ended
        if part.documents is not None:
            left = [each for each in part.documents if each.place == at]
            part.documents = tuple(each for each in part.documents if each.place != at)
            self.outcome.failed += [Written(each.account, diagnostics=(_ends(text, heard.ended),)) for each in left]
            self._done += len(left)
            if not part.documents:
                del self._parts[heard.task.start]

    def _not_billed(self, task: Judge) -> Iterator[BillVerdict]:
        """Verdicts on the accounts at which processes ended."""
        for place, text in enumerate(task.texts, task.start):
            if place in task.without:
                yield BillVerdict(place, text, "refused", text.id, diagnostics=(_ends(text, self._refused[place]),))

    def _see(self, account: str, name: str) -> None:
        """Raises wrong usage where two files hold one account: its subscriptions would be billed twice."""
        first = self.outcome.seen.setdefault(account, name)
        if first != name:
            raise click.UsageError(f"The account `{account}` stands in `{first}` and in `{name}`. Name each account once.")


def _ends(text: AccountText, how: str) -> Diagnostic:
    remedy = "give the process more memory (ulimit, container), or bill the account by `pricebook invoice`, and look at its usage"
    return report(PROCESS_CANNOT_WORK, f"The process that billed `{text.id or text.name}` was ended twice: {how}", subject=text.name, help=remedy)
