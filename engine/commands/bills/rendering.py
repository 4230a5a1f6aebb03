"""What a process does that makes invoices: it bills accounts, and when their numbers are given it writes their documents.

Contract: an invoice that was made is kept until its number comes; a process that takes over makes it again, and it is the same. Files are
whole or absent, and what a machine refuses is told with what was written before it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import click

from engine.batch.account_texts import AccountText
from engine.batch.manifest import WrittenFile
from engine.billing import issue
from engine.commands.invoice_content import content_of
from engine.commands.invoice_files import numbered
from engine.commands.invoice_formats import RENDERINGS
from engine.commands.invoicing import Made
from engine.commands.output import ENDINGS
from engine.commands.reading import may_be_account, refuse_order, written_id
from engine.diagnostics import Diagnostic
from engine.language.build import load_account
from engine.results import written
from engine.shelf import Unusable
from engine.values.exact import plain
from engine.values.money import minor_places

if TYPE_CHECKING:
    from engine.model.accounts import Account
    from engine.model.book import PriceBook
    from engine.workers import RuleChecker


class BillSource(Protocol):
    """What an account used in the period, from whatever it is known."""

    def prepare(self, accounts: Sequence[str]) -> None:
        """Says which accounts are billed next."""

    def bill(self, account: "Account") -> tuple[Made | None, Sequence[Diagnostic]]:
        """The account's invoice, or None; and what is to be said of it."""


@dataclass(frozen=True, slots=True)
class WantedDocuments:
    """What each document is to be: its day of issue, its formats with what their functions take, its numbers, its folder; the `only` accounts, and
    the numbers that are `taken`.
    """

    day: date
    formats: tuple[str, ...]
    options: dict[str, object]
    number: str | None
    folder: Path
    only: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Judge:
    """The task to bill accounts, from the one at `start` on, but for those at which processes ended."""

    start: int
    texts: tuple[AccountText, ...]
    without: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Numbered:
    """An account's document that is to be written: its place, its number, how the names of its files begin, and their formats."""

    place: int
    text: AccountText
    account: str
    number: str | None
    stem: str
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Write:
    """The task to write documents of accounts, of which the first one was at `start` when they were billed."""

    start: int
    documents: tuple[Numbered, ...]


@dataclass(frozen=True, slots=True)
class BillVerdict:
    """What became of an account that was billed: owed, nothing, refused; other (no account), unasked. `amounts` as `BilledAccount` has them."""

    place: int
    text: AccountText
    state: str
    account: str | None = None
    amounts: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """The files of an account that stand now, or why there are none; with an exit code it is not the account's fault, and nothing was tried after it."""

    account: str
    files: Mapping[str, WrittenFile] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()
    exit_code: int = 0


@dataclass(frozen=True, slots=True)
class _ReadAccount:
    """An account that is to be billed, with what was found when its text was read."""

    place: int
    text: AccountText
    account: "Account"
    found: tuple[Diagnostic, ...]


@dataclass
class Biller:
    """Bills and writes. Made before the process is copied; each copy keeps its own invoices and its own checker of e-invoices."""

    book: "PriceBook"
    source: BillSource
    wanted: WantedDocuments
    _made: dict[int, Made] = field(default_factory=dict)

    def __call__(self, task: Judge | Write, begun: Callable[[int], None]) -> list[Any]:
        """The verdicts on accounts, or what was written of them."""
        if isinstance(task, Judge):
            return self._judge(task, begun)
        done: list[Written] = []
        for each in task.documents:
            begun(each.place)
            done.append(self._write(each))
            if done[-1].exit_code:
                break
        return done

    def _judge(self, task: Judge, begun: Callable[[int], None]) -> list[BillVerdict]:
        read: list[BillVerdict | _ReadAccount] = []
        for place, text in enumerate(task.texts, task.start):
            if place not in task.without:
                begun(place)
                read.append(self._read(place, text))
        self.source.prepare([each.account.id for each in read if isinstance(each, _ReadAccount)])
        verdicts = []
        for each in read:
            if isinstance(each, _ReadAccount):
                begun(each.place)
                each = self._bill(each)
            verdicts.append(each)
        return verdicts

    def _read(self, place: int, text: AccountText) -> BillVerdict | _ReadAccount:
        """The account that stands in a text, if it is to be billed."""
        if not text.named and not may_be_account(text.name, text.content):
            return BillVerdict(place, text, "other")
        refuse_order(text.name, text.content)
        account, found = load_account(text.name, text.content, self.book)
        if account is None or any(each.severity == "error" for each in found):
            name = account.id if account is not None else text.id or written_id(text.name, text.content)
            return BillVerdict(place, text, "refused", name, diagnostics=tuple(found))
        if text.id is not None and text.id != account.id:
            raise click.UsageError(f"`{text.name}`: the document is of the account `{account.id}`. Write the id of each document into its row.")
        if self.wanted.only and account.id not in self.wanted.only:
            return BillVerdict(place, text, "unasked", account.id)
        return _ReadAccount(place, text, account, tuple(found))

    def _bill(self, read: _ReadAccount) -> BillVerdict:
        place, text, account = read.place, read.text, read.account
        made, notes = self.source.bill(account)
        found = (*read.found, *notes)
        if made is None:
            return BillVerdict(place, text, "refused", account.id, diagnostics=found)
        if not made.invoice.lines:
            return BillVerdict(place, text, "nothing", account.id, diagnostics=found)
        lacking = self._lacking(made)
        if lacking:
            return BillVerdict(place, text, "refused", account.id, diagnostics=(*found, *lacking))
        self._made[place] = made
        invoice = made.invoice
        kind = "credit-note" if invoice.credit_note else "invoice"
        places = minor_places(invoice.currency)
        amounts = (kind, invoice.currency, *(plain(each, places) for each in (invoice.net, invoice.tax, invoice.gross)))
        return BillVerdict(place, text, "owed", account.id, amounts, found)

    def _lacking(self, made: Made) -> Sequence[Diagnostic]:
        """What keeps the invoice from its formats whatever its number is: it takes none."""
        renderings = [RENDERINGS[each] for each in self.wanted.formats]
        if any(each.paper for each in renderings):
            from engine.documents.pdf import pdf_problems

            if problems := pdf_problems():
                return problems
        if not any(each.electronic for each in renderings):
            return ()
        from engine.documents.einvoice import e_invoice_problems, profile_in

        issued = issue(self.book, made.invoice, numbered(self.wanted.number, 0), self.wanted.day, made.preceding)
        return e_invoice_problems(made.invoice, issued, self.book, made.account.origin, profile_in(self.wanted.options))

    def _write(self, each: Numbered) -> Written:
        made = self._made.pop(each.place, None) or self._again(each.text)
        issued = issue(self.book, made.invoice, each.number, self.wanted.day, made.preceding)
        files: dict[str, WrittenFile] = {}
        contents: list[tuple[Path, bytes]] = []
        try:
            for form in each.formats:
                content, problems = content_of(self.book, made, issued, RENDERINGS[form], self.wanted.options, lambda *xml: self._checker.check(*xml))
                if content is None:
                    return Written(each.account, diagnostics=tuple(problems))
                data = content.encode() if isinstance(content, str) else content
                name = f"{each.stem}.{ENDINGS[form][0]}"
                contents.append((self.wanted.folder / name, data))
                files[form] = WrittenFile(name, len(data), sha256(data).hexdigest())
            with written(*contents):
                return Written(each.account, files)
        except Unusable as refused:
            return Written(each.account, diagnostics=refused.diagnostics, exit_code=refused.exit_code)

    def _again(self, text: AccountText) -> Made:
        account, _ = load_account(text.name, text.content, self.book)
        made = self.source.bill(account)[0] if account is not None else None
        if made is None:
            raise TypeError(f"`{text.name}` was billed, and is not any more")
        return made

    @cached_property
    def _checker(self) -> "RuleChecker":
        from engine.workers import RuleChecker

        return RuleChecker()
