"""The QR code by which a banking app fills in the transfer that an invoice asks for (EPC QR code, "GiroCode").

Contract: a code only where money is asked for, so that nobody pays a specimen; its place where the invoice would have one.
Source: EPC069-12, version 2.1; documents, Invoice.
"""

from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup, escape

from engine.documents.format import without_isolates
from engine.documents.invoice_words import Writer, to_be_paid
from engine.values.exact import exact, plain
from engine.values.iban import SEPA, compact, fault_of

WITHOUT_BIC = SEPA - frozenset("AD AL CH GB GI MC MD ME MK RS SM VA".split())
"""The countries of the European Economic Area: elsewhere a transfer names the bank as well."""
LEAST, MOST = Decimal("0.01"), Decimal("999999999.99")
LONGEST_NAME, LONGEST_TEXT, MOST_BYTES = 70, 140, 250
"""Characters of the payee and of the reference, and bytes of both: with all else they stay within the 331 that a code may hold."""
QUIET = 4
"""Modules around the code in which nothing is printed. Source: ISO/IEC 18004."""
PLACE = 37
"""Modules of a code of the usual length, for the place of one that is not printed."""
PRINTED = 25
"""How wide the code itself is, in mm; its quiet zone comes on top of that."""


@dataclass(frozen=True, slots=True)
class PaymentCode:
    """What the code says; `blank` is what stands in its place on what nobody pays, and empty where it is printed.

    `title` says the same in words, `about` what it is for.
    """

    name: str
    iban: str
    bic: str
    amount: Decimal
    text: str
    title: str
    about: str
    blank: str


def payment_code(w: Writer) -> PaymentCode | None:
    """The code of an invoice in euros; None where nothing is to be paid by it, or a transfer cannot say what the invoice says."""
    seller, number = w.book.seller, " ".join((w.issue.number or "").split())
    if seller is None or not seller.iban or not number or w.invoice.currency != "EUR" or w.owed <= 0:
        return None
    iban, bic = compact(seller.iban), compact(seller.other.get("bic") or "")
    if fault_of(iban) or iban[:2] not in SEPA or not (_is_bic(bic) or (iban[:2] in WITHOUT_BIC and not bic)):
        return None
    amount, name = exact(w.owed), " ".join(seller.name.split())[:LONGEST_NAME].rstrip()
    if not isinstance(amount, Decimal) or not LEAST <= amount <= MOST or amount % LEAST:
        return None
    if not name or len(number) > LONGEST_TEXT or len(name.encode()) + len(number.encode()) > MOST_BYTES:
        return None
    title = w.say(
        "QR code for a bank transfer of %(amount)s to %(name)s, IBAN %(iban)s, reference %(reference)s",
        amount=w.money(w.owed), name=w.own(name), iban=w.words.isolate(iban), reference=w.words.isolate(number),
    )  # fmt: skip
    blank = w.say("QR code: not on a draft") if w.book.status == "draft" else w.say("QR code: not on a specimen")
    return PaymentCode(name, iban, bic, amount, number, title, w.say("Scan to pay"), "" if to_be_paid(w) else blank)


def _is_bic(bic: str) -> bool:
    return len(bic) in (8, 11) and bic.isascii() and bic.isalnum()


def drawn_code(code: PaymentCode) -> tuple[Markup, str]:
    """The code as inline SVG, and its width on paper with its quiet zone, in mm."""
    from segno.helpers import make_epc_qr

    made = make_epc_qr(code.name, code.iban, code.amount, text=code.text, bic=code.bic or None, encoding="utf-8")
    modules = len(made.matrix)
    side = modules + 2 * QUIET
    dark = "".join(f"M{QUIET + start} {QUIET + y}h{length}v1h-{length}z" for y, row in enumerate(made.matrix) for start, length in _runs(row))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges" role="img" aria-labelledby="code">'
        f'<title id="code">{escape(without_isolates(code.title))}</title>'
        f'<rect width="{side}" height="{side}" fill="#fff"/><path d="{dark}" fill="#000"/></svg>'
    )
    return Markup(svg), width_of(modules)


def width_of(modules: int) -> str:
    """How wide a code of so many modules is on paper with its quiet zone, in mm.

    >>> width_of(37)
    '30.4'
    """
    return plain(Decimal(10 * PRINTED * (modules + 2 * QUIET) // modules) / 10)


def _runs(row: bytes | bytearray) -> list[tuple[int, int]]:
    """The dark modules of a row that touch each other: where they begin, and how many they are.

    >>> _runs(bytes([1, 1, 0, 1]))
    [(0, 2), (3, 1)]
    """
    found: list[tuple[int, int]] = []
    for at, dark in enumerate(row):
        if dark and found and sum(found[-1]) == at:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif dark:
            found.append((at, 1))
    return found
