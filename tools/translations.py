"""Brings the PO files up to date with the messages in the code and templates of the documents: `python tools/translations.py`.

New messages come in without a translation (the suite fails until they have one), messages that are gone go out, and what is
translated stays as it is. English is the source and has no file.
"""

import io
import re
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ENGINE = Path(__file__).resolve().parent.parent / "engine"
LANGUAGES = ("zh", "ar", "de", "ja")
METHODS = [(f"{room}/{kind}", reader) for room in ("documents", "preview") for kind, reader in (("**.py", "python"), ("templates/**.j2", "jinja2"))]
OPTIONS = {"**.j2": {"trimmed": "true", "silent": "false"}}
KEYWORDS = {
    "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
    "say": None, "say_many": (1, 2), "say_in": ((1, "c"), 2),
}  # fmt: skip
ARABIC_PLURALS = '"Plural-Forms: nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : "\n"n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);\\n"\n'
EPOCH = datetime(2026, 11, 23, tzinfo=UTC)


@cache
def messages() -> dict[tuple, list[str]]:
    """Every message by (context, id), with the files that say it, in the order of the files."""
    found: dict[tuple, list[str]] = {}
    for file, line, message, _, context in extract_from_dir(ENGINE, method_map=METHODS, options_map=OPTIONS, keywords=KEYWORDS):
        key = (context, message if isinstance(message, str) else tuple(message))
        found.setdefault(key, []).append((f"engine/{file}", line))
    ordered = sorted(found.items(), key=lambda entry: entry[1][0])
    return {key: sorted({file for file, _ in places}) for key, places in ordered}


def po_file(language: str) -> Path:
    """Where a language's translations stand."""
    return ENGINE / "documents" / "locales" / language / "LC_MESSAGES" / "pricebook.po"


def updated(language: str, found: dict[tuple, list[str]]) -> tuple[bytes, list[Message]]:
    """The file as it should be, and the messages that still want a translation."""
    with po_file(language).open("rb") as stream:
        known = {(message.context, message.id): message.string for message in read_po(stream, locale=language) if message.id}
    catalog = Catalog(
        locale=language, project="pricebook", version="0.1.0", domain="pricebook", fuzzy=False,
        creation_date=EPOCH, revision_date=EPOCH,
        header_comment="# Words of documents in PROJECT. The English text of a message is its key.",
        last_translator="the pricebook authors", language_team=language,
    )  # fmt: skip
    wanting = []
    for (context, id), files in found.items():
        string = known.get((context, id))
        message = catalog.add(id, string or (("",) * catalog.num_plurals if isinstance(id, tuple) else ""), context=context)
        message.locations = [(file, 0) for file in files]
        if not string or not all([string] if isinstance(string, str) else string):
            wanting.append(message)
    stream = io.BytesIO()
    write_po(stream, catalog, width=120, include_lineno=False)
    text = stream.getvalue().decode("utf-8")
    text = re.sub(r'"Report-Msgid-Bugs-To:.*\n', "", text)
    if language == "ar":
        # The locale data at hand counts 11 to 99 and 100 differently from CLDR and from everybody else.
        text = re.sub(r'"Plural-Forms:.*?(?="MIME)', lambda _: ARABIC_PLURALS, text, flags=re.DOTALL)
    return text.encode("utf-8"), wanting


def main() -> int:
    """Writes every file; 1 where a translation is wanting."""
    found, wanting = messages(), 0
    for language in LANGUAGES:
        content, missing = updated(language, found)
        po_file(language).write_bytes(content)
        wanting += len(missing)
        for message in missing:
            print(f"{language}: {message.id!r}" + (f" (in the sense of {message.context!r})" if message.context else ""))
    print(f"{len(found)} messages, {wanting} translations wanting")
    return 1 if wanting else 0


if __name__ == "__main__":
    sys.exit(main())
