"""Every word of the pages has its translation in every language, and the files of these are up to date."""

import gettext
import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.utils import translation

from checkout.durations import describe_period
from operations.translations import (
    ENGLISH_TEMPLATES,
    TEMPLATES,
    compile_catalogue,
    find_messages,
    find_mo,
    list_translated,
    read_catalogue,
    update_catalogue,
)

PLACEHOLDER = re.compile(r"%\(\w+\)s")
TAG = re.compile(r"</?[a-z]+\b[^>]*>")
# Forms of Arabic for exactly one and exactly two say the number themselves.
SAY_THEIR_NUMBER = {"ar": (1, 2)}
TRANSLATED = re.compile(r"{%\s*blocktranslate\b.*?{%\s*endblocktranslate\s*%}", re.DOTALL)
MARKUP = re.compile(r"{%.*?%}|{{.*?}}|<!--.*?-->|<style>.*?</style>|<[^>]*>", re.DOTALL)
ATTRIBUTE = re.compile(r'\b(?:aria-label|placeholder|title|alt|value)="([^"{]*[A-Za-z][^"{]*)"')
# Only who tries the server on a machine of their own sees these.
FOR_DEVELOPERS = {"mailbox.html", "mailbox_mail.html"}
# Values that programs read.
CODES = {"true", "accept", "decline", "confirm", "refuse", "yes"}
CODES |= {"keep", "end", "now", "period_end", "give", "take"}


# What buyers read once and stumbled over.
STILTED = re.compile(
    "days are those of|counted anew|start anew|ends at once, also|knows capital|only rehearsed"
    "|no such charge for you|come to the page",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def source():
    return find_messages()


def list_ids(catalogue) -> set:
    return {(message.context, message.id) for message in catalogue if message.id}


def list_forms(message) -> list[tuple[str, str]]:
    """Each translation of a message beside the English that it stands for."""
    if isinstance(message.id, str):
        return [(message.id, message.string)]
    return [(message.id[1], form) for form in message.string]


def same(english: str, words: str) -> bool:
    return set(PLACEHOLDER.findall(english)) == set(PLACEHOLDER.findall(words))


def find_faults(language: str) -> Iterator[str]:
    for message in read_catalogue(language):
        if not message.id:
            continue
        for number, (english, words) in enumerate(list_forms(message)):
            missing = set(PLACEHOLDER.findall(english)) ^ set(PLACEHOLDER.findall(words))
            says_its_number = number in SAY_THEIR_NUMBER.get(language, ()) and len(missing) == 1
            as_singular = not isinstance(message.id, str) and same(message.id[0], words)
            if not words:
                yield f"not translated: {english}"
            elif missing and not says_its_number and not as_singular:
                yield f"other placeholders: {english}: {words}"
            elif sorted(TAG.findall(english)) != sorted(TAG.findall(words)):
                yield f"other tags: {english}: {words}"


def find_unmarked(template: str) -> list[str]:
    """Words of a template that no translation tag has around them."""
    rest = TRANSLATED.sub("", template)
    words = MARKUP.sub("\n", rest).splitlines() + ATTRIBUTE.findall(re.sub("{%.*?%}", "", rest))
    return [line.strip() for line in words if re.search("[A-Za-z]{2}", line) and line.strip() not in CODES]


def list_templates():
    root = settings.BASE_DIR / TEMPLATES
    paths = [path for path in sorted(root.rglob("*.*")) if path.name not in FOR_DEVELOPERS]
    return [path for path in paths if path.relative_to(root).parts[0] not in ENGLISH_TEMPLATES]


def test_there_are_five_languages():
    assert [code for code, _ in settings.LANGUAGES] == ["en", "de", "es", "pl", "ar"]


@pytest.mark.parametrize("language", list_translated())
def test_each_message_is_translated_with_its_placeholders_and_tags(language):
    assert list(find_faults(language)) == []


@pytest.mark.parametrize("language", list_translated())
def test_each_number_has_its_form(language):
    catalogue = read_catalogue(language)
    plurals = [message for message in catalogue if message.id and not isinstance(message.id, str)]
    assert {"de": 2, "es": 3, "pl": 3, "ar": 6}[language] == catalogue.num_plurals
    assert plurals
    assert all(len(message.string) == catalogue.num_plurals for message in plurals)


@pytest.mark.parametrize("language", list_translated())
def test_the_catalogue_has_exactly_the_messages_of_the_source(language, source):
    assert list_ids(read_catalogue(language)) == list_ids(source), "Run manage.py update_translations."


@pytest.mark.parametrize("language", list_translated())
def test_what_django_reads_says_what_the_catalogue_says(language, tmp_path):
    with find_mo(language).open("rb") as file:
        kept = gettext.GNUTranslations(file)._catalog
    (tmp_path / "fresh.mo").write_bytes(compile_catalogue(language))
    with (tmp_path / "fresh.mo").open("rb") as file:
        fresh = gettext.GNUTranslations(file)._catalog
    assert kept.items() - {("", kept[""])} == fresh.items() - {("", fresh[""])}, (
        "Run manage.py update_translations."
    )


def test_a_new_message_is_found_and_waits_for_its_translation(source):
    source.add("Words that nobody has translated yet")
    try:
        assert b'msgid "Words that nobody has translated yet"\nmsgstr ""' in update_catalogue("de", source)
    finally:
        source.delete("Words that nobody has translated yet")


@pytest.mark.parametrize("path", list_templates(), ids=lambda path: path.name)
def test_no_template_has_words_without_a_mark(path):
    assert find_unmarked(path.read_text()) == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>{% translate 'Hello' %} {{ name }}</p>", []),
        ("<p>Hello</p>", ["Hello"]),
        ('<a aria-label="Close it">{% blocktranslate %}Close{% endblocktranslate %}</a>', ["Close it"]),
        ('<button name="decision" value="accept">{{ word }}</button>', []),
        ("{% if a %}Yes, {{ a }}{% endif %}", ["Yes,"]),
    ],
)
def test_words_without_a_mark_are_found(template, found):
    assert find_unmarked(template) == found


def test_polish_and_arabic_count_as_they_do():
    with translation.override("pl"):
        periods = [describe_period("yearly", count) for count in (1, 2, 5, 22)]
        assert periods == ["co roku", "co 2 lata", "co 5 lat", "co 22 lata"]
    with translation.override("ar"):
        periods = [describe_period("monthly", count) for count in (1, 2, 3, 11)]
        assert periods == ["كل شهر", "كل شهرين", "كل 3 أشهر", "كل 11 شهرًا"]


def test_nothing_is_said_as_a_translator_would(source):
    printed = (settings.BASE_DIR / "invoicing" / "files" / "pdf.py").read_text()
    english = [str(id) for _, id in list_ids(source)]
    templates = [file.read_text() for file in (settings.BASE_DIR / "templates").rglob("*.html")]
    assert [text for text in (*english, *templates, printed) if STILTED.search(text)] == []
