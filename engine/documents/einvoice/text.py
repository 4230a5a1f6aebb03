"""Texts of users on their way into XML: what XML cannot hold is left out, all else stays text, whatever it looks like."""

import re

from engine.model.texts import without_controls

NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Control characters, lone surrogates, U+FFFE and U+FFFF. Source: XML 1.0, 2.2, Characters."""


def clean(text: str | None) -> str:
    """The text without what XML cannot hold and what turns directions, its lines and blanks joined by one blank; markup is escaped when it is written.

    >>> clean(" A\\x00cme\\n<b>&\\ufffe ")
    'Acme <b>&'
    """
    return " ".join(NOT_IN_XML.sub("", without_controls(text or "")).split())
