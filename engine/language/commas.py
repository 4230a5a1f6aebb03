"""What to write where a comma inside { } has cut a number or a text in two.

Contract: suggestions for messages only. A comma can be a decimal sign or a separator of thousands: the advice never makes a
price a hundred times higher, and names both where both are possible. Source: rule language, section 1, Scalars.
"""

import re

from engine.language.wording import either_of, number_meant, readings

_CUT_NUMBER = re.compile(r"(-?[0-9][0-9.]*(?:,[0-9.]+)+)( ?[^\s,:{}\[\]0-9][^\s,:{}\[\]]*)?(?=\s*[,}]|\s*$)", re.MULTILINE)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?\Z")


def comma_remedy(rest: str, before: str, key: str) -> str:
    """What to write for the value `before`, which a comma ended; `rest` is the text from there on, `key` what follows the comma.

    >>> comma_remedy("2,40}", "2", "40"), comma_remedy("1,200}", "1", "200")
    ('write `2.40`', 'write `1200`, or `1.200` if a decimal is meant')
    """
    cut = _CUT_NUMBER.match(rest)
    if cut is not None and (found := readings(cut[1], number_meant)):
        return either_of(tuple(f"{each}{cut[2] or ''}" for each in found))
    if _NUMBER.match(before) and _NUMBER.match(key):
        return f"write the key that `{key}` belongs to before it, such as `unit_price: {key}`"
    said = " ".join(key.split())
    said = said if len(said) <= 60 else said[:57] + "..."
    return f"put the text before it in quotes, together with `, {said}`; or give `{said}` a value"
