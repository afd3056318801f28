"""The catalogues of translations: what is found in the source, kept in .po files and compiled to .mo files.

Babel does it all, so that no program of gettext is needed on the machine.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

# Rooms whose words buyers and sellers read on pages and in mails; staff and developers read English.
ROOMS = (
    "access",
    "bookkeeping",
    "charges",
    "checkout",
    "customers",
    "core",
    "gateway",
    "invoicing",
    "mail",
    "payouts",
    "subscriptions",
)
TEMPLATES = "templates"
ENGLISH_TEMPLATES = ("admin", "console", "documentation", "unfold")
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
WIDTH = 100


def find_messages() -> Catalog:
    """Return all messages of the source, each with the files that it is used in."""
    found = Catalog()
    for path, code in _read_sources():
        name = path.relative_to(settings.BASE_DIR).as_posix()
        for _, message, _, context in extract("python", BytesIO(code.encode()), keywords=KEYWORDS):
            found.add(message, context=context, locations=[(name, 0)])
    return found


def read_catalogue(language: str) -> Catalog:
    """Return the translations of a language as they are kept; none for a new language."""
    path = find_po(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, ignore_obsolete=True)


def update_catalogue(language: str, found: Catalog) -> bytes:
    """Return the .po file of a language brought up to date: new messages are empty, unused ones are gone."""
    kept = read_catalogue(language)
    kept.update(found, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False)
    kept.obsolete.clear()
    file = BytesIO()
    write_po(file, kept, sort_output=True, include_lineno=False, omit_header=False, width=WIDTH)
    return file.getvalue()


def compile_catalogue(language: str) -> bytes:
    """Return the .mo file of a language, which Django reads."""
    file = BytesIO()
    write_mo(file, read_catalogue(language))
    return file.getvalue()


def write_catalogue(language: str, found: Catalog) -> None:
    """Bring both files of a language up to date."""
    path = find_po(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(update_catalogue(language, found))
    find_mo(language).write_bytes(compile_catalogue(language))


def list_translated() -> list[str]:
    """Return the languages that need a catalogue: all but that of the source."""
    return [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]


def find_po(language: str) -> Path:
    """Return where the translations of a language are kept."""
    return settings.LOCALE_PATHS[0] / language / "LC_MESSAGES" / "django.po"


def find_mo(language: str) -> Path:
    """Return where Django looks for the translations of a language."""
    return find_po(language).with_suffix(".mo")


def _read_sources() -> Iterator[tuple[Path, str]]:
    """Return each file with the code that asks for translations; of a template, as Django rewrites it."""
    for room in ROOMS:
        for path in sorted((settings.BASE_DIR / room).rglob("*.py")):
            yield path, path.read_text()
    for path in sorted((settings.BASE_DIR / TEMPLATES).rglob("*.*")):
        if path.relative_to(settings.BASE_DIR / TEMPLATES).parts[0] not in ENGLISH_TEMPLATES:
            # Only calls are left of it, so that its indentation means nothing.
            lines = templatize(path.read_text(), origin=str(path)).splitlines()
            yield path, "\n".join(line.strip() for line in lines)
