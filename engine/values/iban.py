"""Account numbers (IBAN), which say by themselves whether they were copied right."""

import re

LENGTHS = {
    each[:2]: int(each[2:])
    for each in (
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 "
        "GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 "
        "NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
    ).split()
}
"""How long an account number of a country is. Source: the IBAN registry of SWIFT (ISO 13616), release 101."""

SEPA = frozenset(("AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS SE SI SK SM VA").split())
"""The countries whose accounts the Single Euro Payments Area reaches, as an IBAN begins."""

_FORM = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")


def compact(iban: str) -> str:
    """The account number without blanks, in capitals.

    >>> compact("de02 1203 0000 0000 2020 51")
    'DE02120300000000202051'
    """
    return "".join(iban.split()).upper()


def fault_of(iban: str) -> str:
    """What is wrong with an account number, in words; empty where nothing is. Source: ISO 13616, ISO 7064 (MOD 97-10).

    >>> fault_of("DE02 1203 0000 0000 2020 51"), fault_of("DE02 1203 0000 0000 2020 15")
    ('', 'its check digits do not match the rest of it')
    >>> fault_of("DE02 1203 0000 0000 2020 5")
    'one of DE has 22 characters, and this one has 21'
    """
    number = compact(iban)
    if not _FORM.fullmatch(number):
        return "an IBAN is a country's two letters, two check digits, and then 11 to 30 letters and digits"
    length = LENGTHS.get(number[:2])
    if length is None:
        return f"no country whose accounts have an IBAN is called {number[:2]}"
    if len(number) != length:
        return f"one of {number[:2]} has {length} characters, and this one has {len(number)}"
    digits = "".join(str(int(sign, 36)) for sign in number[4:] + number[:4])
    return "" if int(digits) % 97 == 1 else "its check digits do not match the rest of it"
