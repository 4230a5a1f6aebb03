"""The code lists of EN 16931 that a price book's words are turned into: units, VAT categories, countries, ways to pay."""

from dataclasses import dataclass
from types import MappingProxyType

from engine.values.countries import ISO_COUNTRIES

ONE_UNIT = "C62"
"""`one`, the code of UN/ECE Recommendation 20 for whatever is counted and has none of its own: users, editions, packages."""

UNIT_CODES = MappingProxyType({
    "second": "SEC", "seconds": "SEC", "minute": "MIN", "minutes": "MIN",
    "hour": "HUR", "hours": "HUR", "h": "HUR", "day": "DAY", "days": "DAY", "week": "WEE", "weeks": "WEE",
    "month": "MON", "months": "MON", "year": "ANN", "years": "ANN",
    "B": "AD", "byte": "AD", "kB": "2P", "KB": "2P", "MB": "4L", "GB": "E34", "TB": "E35", "PB": "E36",
    "KiB": "E64", "MiB": "E63", "GiB": "E62", "TiB": "E61", "PiB": "E60",
    "kWh": "KWH", "kg": "KGM", "g": "GRM", "km": "KMT", "m": "MTR", "l": "LTR",
})  # fmt: skip
"""Units of price books by the words that they are commonly declared with, case included. Source: UN/ECE Recommendation 20."""


@dataclass(frozen=True, slots=True)
class Category:
    """What a VAT category asks for. `rule` is the prefix of its rules, `exempts` whether it needs a reason (BT-120, BT-121).

    `seller` and `buyer`: what must identify them: vat (a VAT identifier), tax (that, or another number of the tax office), legal
    (a VAT identifier, or the number in the register of companies), or nothing. `rated`: above (the rate is above zero) | zero.
    """

    rule: str
    seller: str = "tax"
    buyer: str = ""
    rated: str = "zero"
    exempts: bool = False
    reason_code: str = ""


CATEGORIES = MappingProxyType({
    "S": Category("BR-S", rated="above"),
    "Z": Category("BR-Z"),
    "E": Category("BR-E", exempts=True),
    "AE": Category("BR-AE", buyer="legal", exempts=True, reason_code="VATEX-EU-AE"),
    "K": Category("BR-IC", seller="vat", buyer="vat", exempts=True, reason_code="VATEX-EU-IC"),
    "G": Category("BR-G", seller="vat", exempts=True, reason_code="VATEX-EU-G"),
    "O": Category("BR-O", seller="", exempts=True, reason_code="VATEX-EU-O"),
})  # fmt: skip
"""The VAT categories (UNTDID 5305) that invoices may name. IGIC and IPSI (L, M) and split payment (B) are refused by name."""

COUNTRIES = ISO_COUNTRIES | {"1A", "XI"}
"""ISO 3166-1 alpha-2 as EN 16931 takes it (BR-CL-14): with Northern Ireland (XI) and Kosovo (1A)."""

CURRENCIES_NOT_LISTED = frozenset({"STN", "XAD"})
"""Currencies of ISO 4217 that the list of one syntax or of both does not have (BR-CL-04)."""

VAT_PREFIXES = COUNTRIES | {"EL"}
"""What a VAT identifier begins with (BR-CO-09): a country, or EL for Greece."""

NOT_DEFINED = "1"
CREDIT_TRANSFER = "30"
SEPA_TRANSFER = "58"
"""BT-81 (UNTDID 4461): no means of payment, a credit transfer, and one within SEPA, which is in euros only."""


def unit_code(unit: str | None) -> str:
    """The code of a book's unit; whatever the list does not know is counted in ones.

    >>> unit_code("GB"), unit_code("user")
    ('E34', 'C62')
    """
    return UNIT_CODES.get(unit or "", ONE_UNIT)


def e_country(country: str) -> str:
    """A country's two letters as e-invoices name it: what others call XK, Kosovo, is 1A in the list of EN 16931.

    >>> e_country("de"), e_country("XK")
    ('DE', '1A')
    """
    code = country.upper()
    return "1A" if code == "XK" else code


def is_vat_identifier(tax_id: str) -> bool:
    """Whether a tax number has the form of a VAT identifier: a country's two letters first (BR-CO-09).

    >>> is_vat_identifier("DE123456789"), is_vat_identifier("91440300MA5")
    (True, False)
    """
    return tax_id[:2] in VAT_PREFIXES and len(tax_id) > 2
