"""Currencies that ISO 4217 has withdrawn, with the day from which they are none, and the decimals that their minor unit had.

The days are those on which CLDR (Unicode's supplemental data) has them as money no longer, that of BGN is the one of ISO 4217; the
decimals are those of the Java platform, which has kept them. A currency is withdrawn once, so nothing here changes but by further rows.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache

TABLE = """
    ADP 2002-01-01 0
    AFA 2003-01-01 2
    ANG 2025-07-01 2
    ATS 2002-03-01 2
    AZM 2007-01-01 2
    BEF 2002-03-01 0
    BGL 1999-07-06 2
    BGN 2026-01-01 2
    BYB 2001-01-01 0
    BYR 2017-01-01 0
    CSD 2006-10-26 2
    CUC 2021-01-01 2
    CYP 2008-02-01 2
    DEM 2002-03-01 2
    EEK 2011-01-01 2
    ESP 2002-03-01 0
    FIM 2002-03-01 2
    FRF 2002-02-18 2
    GHC 2008-01-01 2
    GRD 2002-03-01 0
    GWP 1997-04-01 2
    HRK 2023-01-15 2
    IEP 2002-02-10 2
    ITL 2002-03-01 0
    LTL 2015-01-01 2
    LUF 2002-03-01 0
    LVL 2014-01-01 2
    MGF 2005-01-01 0
    MRO 2018-07-01 2
    MTL 2008-02-01 2
    MZM 2007-01-01 2
    NLG 2002-03-01 2
    PTE 2002-03-01 0
    ROL 2007-01-01 0
    RUR 1999-01-01 2
    SDD 2007-07-01 2
    SIT 2007-01-15 2
    SKK 2009-01-01 2
    SLL 2024-01-01 2
    SRG 2004-01-01 2
    STD 2018-01-01 2
    TMM 2009-01-01 2
    TPE 2002-05-21 0
    TRL 2006-01-01 0
    VEB 2008-07-01 2
    VEF 2018-08-21 2
    ZMK 2013-01-01 2
    ZWD 2008-08-02 2
    ZWL 2024-09-01 2
    ZWR 2009-02-03 2
"""
"""Code, first day on which it is no currency, decimals."""


@cache
def withdrawn_currencies() -> Mapping[str, tuple[date, int]]:
    """By code the first day on which it is no currency any more, and the decimals of its minor unit.

    >>> withdrawn_currencies()["HRK"]
    (datetime.date(2023, 1, 15), 2)
    """
    rows = (row.split() for row in TABLE.strip().splitlines())
    return {code: (date.fromisoformat(day), int(places)) for code, day, places in rows}
