"""How both syntaxes are written: elements that exist only where they have something to say, in the order of their schemas.

lxml escapes every text; the bytes are UTF-8 with a declaration and no document type, the same every time.
"""

from collections.abc import Mapping
from decimal import Decimal

from engine.values.exact import Number, plain


class Writer:
    """Writes elements of one document; `prefixes` are its namespaces by prefix."""

    def __init__(self, root: str, prefixes: Mapping[str, str], default: str | None = None) -> None:
        from lxml import etree

        self._etree, self._prefixes = etree, prefixes
        names = {(None if prefix == default else prefix): space for prefix, space in prefixes.items()}
        self.root = etree.Element(self._name(root), nsmap=names)

    def _name(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        return f"{{{self._prefixes[prefix]}}}{local}"

    def group(self, parent, name: str):
        """An element that holds others."""
        return self._etree.SubElement(parent, self._name(name))

    def leaf(self, parent, name: str, text: str | None, **attributes: str) -> None:
        """An element with a text; none where the text is empty."""
        if text:
            self._etree.SubElement(parent, self._name(name), **attributes).text = text

    def path(self, parent, names: str, text: str | None, **attributes: str) -> None:
        """A leaf inside groups of its own (`a/b/c`); none of them where the text is empty."""
        if text:
            *groups, last = names.split("/")
            for each in groups:
                parent = self.group(parent, each)
            self.leaf(parent, last, text, **attributes)

    def bytes(self) -> bytes:
        """The document as a file."""
        self._etree.indent(self.root, space="  ")
        return self._etree.tostring(self.root, encoding="UTF-8", xml_declaration=True) + b"\n"


def amount_text(amount: Number, places: int) -> str:
    """An amount with the document's decimals.

    >>> amount_text(Decimal("1200"), 2), amount_text(Decimal("-0.50"), 2)
    ('1200.00', '-0.50')
    """
    return plain(amount, places)


def number_text(number: Decimal) -> str:
    """A quantity or percent without trailing zeros."""
    return plain(number)
