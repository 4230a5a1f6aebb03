"""Data as a text of the rule language, so that it is read by the code that reads files and a finding shows the line it speaks of."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from engine.language.build.node import is_number


def written(value: object, path: str, margin: str = "") -> str:
    """The value as a rule file says it; `path` names it where it cannot be said.

    >>> print(written({"items": {"users": Decimal("10"), "storage": "200 GB"}}, "order"))
    {
     "items": {
      "users": 10,
      "storage": "200 GB"
     }
    }
    """
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal() if value.is_finite():
            return f"{value:f}"
        case str():
            return value if is_number(value) else json.dumps(value, ensure_ascii=False)
        case date():
            return json.dumps(value.isoformat())
        case Mapping():
            keys = [json.dumps(str(key), ensure_ascii=False) for key in value]
            values = [written(each, f"{path}.{key}", margin + " ") for key, each in value.items()]
            return _joined("{}", [f"{key}: {each}" for key, each in zip(keys, values, strict=True)], margin)
        case list() | tuple():
            return _joined("[]", [written(each, f"{path}.{number}", margin + " ") for number, each in enumerate(value)], margin)
    raise TypeError(f"`{path}` is {_not_exact(value)}")


def _joined(brackets: str, parts: list[str], margin: str) -> str:
    inner = f",\n{margin} ".join(parts)
    return f"{brackets[0]}\n{margin} {inner}\n{margin}{brackets[1]}" if parts else brackets


def as_option(value: object, path: str) -> str:
    """The value as it is typed as an option: a text as it is, anything else as a rule file says it."""
    return value if isinstance(value, str) else written(value, path)


def items_as_options(items: Mapping[str, object]) -> list[str]:
    """Items with their specs or quantities as `--item` takes them.

    >>> items_as_options({"basic-edition": "50-users-500-gb", "user-expansion-package": 10})
    ['basic-edition=50-users-500-gb', 'user-expansion-package=10']
    """
    return [f"{item}={as_option(value, item)}" for item, value in items.items()]


def _not_exact(value: object) -> str:
    if isinstance(value, float):
        return f'the float {value!r}, which is not exact: give Decimal("{value!r}") or the text "{value!r}"'
    return f"{value!r}; give a text, a whole number, a Decimal, a date, True or False, or a mapping or list of them"
