"""Numbers that say by themselves whether they were copied right: electronic addresses of some schemes, Leitweg-IDs, and VAT numbers of the EU."""

import re
from importlib import import_module
from types import MappingProxyType

from engine.documents.einvoice.profiles import EMAIL

CHECKED = MappingProxyType({
    "0007": ("stdnum.se.orgnr", "a Swedish organisation number"),
    "0088": ("stdnum.ean", "a GLN"),
    "0184": ("stdnum.dk.cvr", "a Danish CVR number"),
    "0192": ("stdnum.no.orgnr", "a Norwegian organisation number"),
    "0204": ("stdnum.de.leitweg", "a Leitweg-ID"),
    "0208": ("stdnum.be.vat", "a Belgian enterprise number"),
    "9930": ("stdnum.de.vat", "a German VAT number"),
    "9957": ("stdnum.fr.tva", "a French VAT number"),
})  # fmt: skip
"""Scheme (list EAS) -> the module of python-stdnum that knows its check digits, and what such a number is called."""

_MAIL = re.compile(r"[^@\s]+@[^@\s]+")
_LEITWEG = re.compile(r"[0-9]{2,12}-[0-9A-Z]{1,30}-[0-9]{2}")


def address_fault(scheme: str, address: str) -> str:
    """What an electronic address is not, by its scheme; empty where nothing is wrong, or nothing is known of the scheme.

    >>> address_fault("0204", "991-33333TEST-33"), address_fault("0204", "991-33333TEST-34"), address_fault("EM", "billing@")
    ('', 'a Leitweg-ID', 'an e-mail address')
    """
    if scheme == EMAIL:
        return "" if is_mail(address) else "an e-mail address"
    module, called = CHECKED.get(scheme, ("", ""))
    return called if module and not import_module(module).is_valid(address) else ""


def is_mail(text: str) -> bool:
    """Whether a text has one @ with something on both sides (BR-DE-28)."""
    return _MAIL.fullmatch(text) is not None


def leitweg_fault(reference: str) -> bool:
    """Whether a reference has the form of a Leitweg-ID, and its check digits do not match.

    >>> leitweg_fault("04011000-1234512345-06"), leitweg_fault("04011000-1234512345-60"), leitweg_fault("PO-2026-17")
    (False, True, False)
    """
    return _LEITWEG.fullmatch(reference) is not None and bool(address_fault("0204", reference))


def vat_fault(vat_id: str) -> bool:
    """Whether the check digits of a VAT number of a member state of the EU do not match; of others nothing is known.

    >>> vat_fault("DE136695976"), vat_fault("DE136695967"), vat_fault("NO123456789MVA")
    (False, True, False)
    """
    vat = import_module("stdnum.eu.vat")
    return vat_id[:2].lower().replace("el", "gr") in vat.MEMBER_STATES and not vat.is_valid(vat_id)
