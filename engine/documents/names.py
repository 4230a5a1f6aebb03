"""The names of an invoice as documents show them: nothing in them acts on the text that stands beside them.

Names of the book are read through `Text`, which does the same; data for machines (JSON) keeps every character.
"""

from dataclasses import replace

from engine.model.book import PriceBook
from engine.model.invoices import ByHand, Invoice, Issue
from engine.model.parties import Party
from engine.model.texts import without_controls


def with_plain_names(invoice: Invoice, issue: Issue, book: PriceBook) -> tuple[Invoice, Issue, PriceBook]:
    """The invoice, its issue and its book, their names without controls of text and of direction (`without_controls`)."""
    lines = tuple(
        replace(line, subscription=without_controls(line.subscription), by_hand=_by_hand(line.by_hand) if line.by_hand else None) for line in invoice.lines
    )
    credits = tuple(replace(each, title=without_controls(each.title)) for each in invoice.credits)
    invoice = replace(invoice, account=without_controls(invoice.account), customer=_party(invoice.customer), lines=lines, credits=credits)
    number = None if issue.number is None else without_controls(issue.number)
    issue = replace(issue, number=number, preceding=tuple(map(without_controls, issue.preceding)))
    return invoice, issue, replace(book, seller=_party(book.seller)) if book.seller else book


def _by_hand(said: ByHand) -> ByHand:
    return ByHand(*(without_controls(text) for text in (said.title, said.like, said.reason, said.reference)))


def _party(party: Party) -> Party:
    def plain(text: str | None) -> str | None:
        return None if text is None else without_controls(text)

    return Party(
        without_controls(party.name), tuple(map(without_controls, party.address)), plain(party.country), plain(party.tax_id), plain(party.iban),
        {key: without_controls(value) for key, value in party.other.items()},
    )  # fmt: skip
