"""Every message of the documents exists in every language, with the same places, in all plural forms.

`python tools/translations.py` brings the files up to date and names what wants a translation.
"""

import re
from functools import cache

import pytest
from babel.messages.pofile import read_po

from engine.documents.translations import PLURAL_ORDER, UnknownLanguage, parse_locale, translator
from tools.translations import LANGUAGES as TRANSLATED
from tools.translations import messages, po_file, updated

PLACE = re.compile(r"%\((\w+)\)s")


@cache
def catalog(language: str):
    with po_file(language).open("rb") as stream:
        return read_po(stream, locale=language, abort_invalid=True)


def entries(language: str) -> dict:
    return {(message.context, message.id): message for message in catalog(language) if message.id}


def places(text: str) -> set[str]:
    return set(PLACE.findall(text))


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_none_is_left_over(language):
    found = entries(language)
    missing = [key for key in messages() if key not in found or not all(_texts(found[key]))]
    assert not missing, missing
    assert not [key for key in found if key not in messages()]
    assert not [key for key, message in found.items() if message.fuzzy]


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_file_is_as_the_tool_writes_it(language):
    content, wanting = updated(language, messages())
    assert not wanting
    assert po_file(language).read_bytes() == content


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_no_place_that_its_message_lacks(language):
    """A place may stay out where a form says it in a word (the Arabic dual), and may ask for its form behind a preposition; tiers may
    choose between a number and a quantity.
    """
    for (context, id), message in entries(language).items():
        known = places(id if isinstance(id, str) else " ".join(id))
        if context == "tier":
            known |= {f"{place}_quantity" for place in known}
        known |= {f"{place}_oblique" for place in known}
        for text in _texts(message):
            assert places(text) <= known, (language, id, text)
            assert re.sub(r"%\(\w+\)s|%%", "", text).count("%") == 0, (language, id, text)


@pytest.mark.parametrize("language", TRANSLATED)
def test_plural_messages_have_all_forms_of_the_language(language):
    locale = parse_locale(language)
    wanted = len([tag for tag in PLURAL_ORDER if tag == "other" or tag in locale.plural_form.tags])
    for message in catalog(language):
        if message.id and message.pluralizable:
            assert len(message.string) == wanted, (language, message.id)


def _texts(message) -> tuple[str, ...]:
    return tuple(message.string) if message.pluralizable else (message.string,)


@pytest.mark.parametrize(
    ("name", "count", "said"),
    [
        ("en", 1, "1 day"), ("en", 2, "2 days"), ("de", 1, "1 Tag"), ("zh", 5, "5 天"), ("ja", 5, "5日"), ("ar", 0, "0 يوم"),
        ("ar", 1, "يوم واحد"), ("ar", 2, "يومان"), ("ar", 3, "3 أيام"), ("ar", 11, "11 يومًا"), ("ar", 100, "100 يوم"),
    ],
)  # fmt: skip
def test_the_form_goes_with_the_count(name, count, said):
    assert translator(name).ngettext("%(count)s day", "%(count)s days", count, count=count) == said


def test_what_a_language_lacks_is_said_in_english():
    words = translator("ja")
    assert words.gettext("A sentence that nobody translated: %(what)s.", what="x") == "A sentence that nobody translated: x."
    assert words.ngettext("%(count)s sheep", "%(count)s sheep alike", 2, count=2) == "2 sheep alike"


@pytest.mark.parametrize("name", ["xx", "fr", "", "de_DE_DE_DE", "../en", "e"])
def test_an_unknown_language_is_refused_with_those_that_there_are(name):
    with pytest.raises(UnknownLanguage, match="en, zh, ar, de, ja"):
        translator(name)


def test_a_region_takes_its_language():
    assert translator("de-AT").gettext("Price sheet") == "Preisliste"
    assert translator("zh_Hans_CN").language == "zh"
