"""The countries that a form offers, by their names in the reader's language."""

from django.utils.translation import gettext

from core.local_formats import write_country
from customers.countries import COUNTRIES


def list_countries() -> list[tuple[str, str]]:
    """Return the codes and names, sorted by name; the first one is none."""
    named = sorted(((code, write_country(code)) for code in COUNTRIES), key=lambda pair: pair[1])
    return [("", gettext("Not specified")), *named]
