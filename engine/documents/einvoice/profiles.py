"""The national forms of an e-invoice: EN 16931 as it is, XRechnung 3.0 of Germany's public buyers, and Peppol BIS Billing 3."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PEPPOL_BILLING = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
"""BT-23: the one process of billing that the Peppol network knows; XRechnung names it too."""
NAME_OF_FACTUR_X = "FX-SCH-A-000556"
"""What a CII file may call its specification, as Factur-X has it."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a document calls itself (`specification`, BT-24; `process`, BT-23, empty: none), and how it is made to meet that.

    `one_note`: all notes are one. `wide_period`: the invoice's period holds those of all lines. `always_paid`: how it is paid stands there even where
    nothing is (code 1, no means of payment defined). `always_rated`: a category without a rate has that of 0. `hybrid`: what a Factur-X file calls it
    and the file inside, empty where it has no such form.
    """

    id: str
    title: str
    specification: str
    process: str = ""
    one_note: bool = False
    wide_period: bool = False
    always_paid: bool = False
    always_rated: bool = False
    hybrid: tuple[str, str] | None = None


EN_16931 = Profile("en16931", "EN 16931", "urn:cen.eu:en16931:2017", hybrid=("EN 16931", "factur-x.xml"))
XRECHNUNG = Profile(
    "xrechnung", "XRechnung 3.0", "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", PEPPOL_BILLING,
    wide_period=True, always_paid=True, always_rated=True, hybrid=("XRECHNUNG", "xrechnung.xml"),
)  # fmt: skip
PEPPOL = Profile(
    "peppol", "Peppol BIS Billing 3", "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", PEPPOL_BILLING,
    one_note=True, wide_period=True,
)  # fmt: skip
PROFILES = MappingProxyType({each.id: each for each in (EN_16931, XRECHNUNG, PEPPOL)})


def profile_called(specification: str) -> Profile | None:
    """The profile that a document says it follows (BT-24); None for one that is not known here."""
    return next((each for each in PROFILES.values() if each.specification == specification), None)


def is_passed_over(rule: str, profile: Profile | None) -> bool:
    """Whether a rule of the checker is none of the profile (None: one that is not known): Factur-X knows its own names of specifications alone."""
    return rule == NAME_OF_FACTUR_X and profile != EN_16931


def profile_in(options: Mapping[str, object]) -> Profile:
    """The profile among the options of a document; EN 16931 where they name none."""
    found = options.get("profile", EN_16931)
    if not isinstance(found, Profile):
        raise TypeError(f"{found!r} is no profile")
    return found


EMAIL = "EM"
"""The scheme of an electronic address that is an e-mail address."""
PEPPOL_SCHEMES = frozenset(
    (
        "0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0147 0151 0154 0158 0170 0177 0183 0184 0188 0190 0191 0192 0193 0194 0195 0196 0198 "
        "0199 0200 0201 0202 0203 0204 0205 0208 0209 0210 0211 0212 0213 0215 0216 0217 0218 0219 0220 0221 0225 0230 0235 0240 0242 0244 0245 0246 0248 "
        "9910 9913 9914 9915 9918 9919 9920 9922 9923 9924 9925 9926 9927 9928 9929 9930 9931 9932 9933 9934 9935 9936 9937 9938 9939 9940 9941 9942 9943 "
        "9944 9945 9946 9947 9948 9949 9950 9951 9952 9953 9957 9959"
    ).split()
)
"""Schemes of electronic addresses on the Peppol network: the list EAS of EN 16931 (BR-CL-25) without the five of other networks."""
SCHEMES = PEPPOL_SCHEMES | {"AN", "AQ", "AS", "AU", EMAIL}
"""Schemes of electronic addresses: the list EAS of EN 16931 (BR-CL-25)."""
