"""Settings of tax invoices: who issues them in the marketplace's name, since when, and with which font."""

import re
from datetime import date
from pathlib import Path
from typing import Any

from billing_site.settings_readers import Environment, refuse
from core.errors import InvalidField
from core.texts import check_display_name
from customers.countries import COUNTRIES
from customers.vat_numbers import check_vat_number

LENGTHS = {"NAME": 255, "STREET": 128, "POSTAL_CODE": 15, "CITY": 50, "BANK": 128}
REQUIRED = ("NAME", "CITY", "COUNTRY")
NAMES = (*LENGTHS, "COUNTRY", "VAT_NUMBER")
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
# So that `make run` shows the papers; nothing but made-up money is invoiced in its name.
MADE_UP = {
    "NAME": "Example Marketplace",
    "STREET": "Example Street 1",
    "POSTAL_CODE": "10115",
    "CITY": "Berlin",
    "COUNTRY": "DE",
}
MADE_UP_START = "2020-01-01"


def read_invoicing(env: Environment, *, is_local: bool) -> dict[str, Any]:
    """Return the issuer (None: no invoices), the first day (UTC) that is invoiced, and the font's path.

    Raises ImproperlyConfigured.
    """
    said = {name: env.read_word(f"ISSUER_{name}") for name in NAMES}
    since, font = env.read_word("INVOICES_SINCE"), env.read_word("INVOICE_FONT")
    if font and not (font.startswith("/") and Path(font).is_file()):
        refuse("INVOICE_FONT", "the path of a TrueType file, beginning with /", font)
    if is_local and not any(said.values()) and env.read_word("LIVE_GATEWAY") in ("", "sandbox"):
        said, since = said | MADE_UP, since or MADE_UP_START
    if not any(said.values()):
        return {"issuer": None, "since": None, "font": font}
    return {"issuer": _check_issuer(said), "since": _check_day(since), "font": font}


def _check_issuer(said: dict[str, str]) -> dict[str, str]:
    """Return the details that papers name, and the bank."""
    texts = {name: _check_text(f"ISSUER_{name}", said[name], length) for name, length in LENGTHS.items()}
    if said["COUNTRY"] and said["COUNTRY"] not in COUNTRIES:
        refuse("ISSUER_COUNTRY", "a country of ISO 3166, such as DE", said["COUNTRY"])
    vat_number = _check_number(said["VAT_NUMBER"], said["COUNTRY"])
    for name in REQUIRED:
        if not said[name]:
            refuse(f"ISSUER_{name}", "set where another ISSUER_ variable is")
    kept = {name.lower(): text for name, text in texts.items() if name != "NAME"}
    return {"legal_name": texts["NAME"], **kept, "country": said["COUNTRY"], "vat_number": vat_number}


def _check_text(name: str, text: str, length: int) -> str:
    try:
        return check_display_name("it", text, length)
    except InvalidField:
        refuse(name, f"a text of at most {length} characters that can be shown", text)


def _check_number(text: str, country: str) -> str:
    try:
        return check_vat_number("it", text, country=country)
    except InvalidField:
        refuse("ISSUER_VAT_NUMBER", "a VAT number of ISSUER_COUNTRY", text)


def _check_day(text: str) -> date:
    try:
        if DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    refuse("INVOICES_SINCE", "a day such as 2027-01-31, where an issuer is named", text)
