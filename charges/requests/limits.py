"""Limits of amounts, quantities and names, and the check of return addresses."""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, unquote_plus, urlencode, urlsplit

from django.conf import settings

from charges.models import MAX_AMOUNT_MINOR, MAX_QUANTITY
from core.currencies import name_minor_unit
from core.errors import InvalidField
from core.texts import check_display_name, refuse_card_number
from core.urls import read_origin

MAX_NAME = 255
MAX_URL = 2_000
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


def check_name(name: str) -> str:
    """Return the name without outer blanks. Raises InvalidField if it cannot be shown or hides a card."""
    name = check_display_name("name", name, MAX_NAME)
    if not name:
        raise InvalidField("name", f"must have 1 to {MAX_NAME} characters")
    return name


def check_amount(field: str, amount_minor: int, *, currency: str | None = None) -> int:
    """Return an amount (cents) that can be collected at once. Raises InvalidField for this field."""
    if not 1 <= amount_minor <= MAX_AMOUNT_MINOR:
        unit = name_minor_unit(currency or settings.DEFAULT_CURRENCY)
        raise InvalidField(field, f"must be between 1 and {MAX_AMOUNT_MINOR} {unit}")
    return amount_minor


def check_amounts(*, price_minor: int, quantity: int, currency: str | None = None) -> int:
    """Return price (cents) times quantity. Raises InvalidField outside of this module's limits."""
    check_amount("price_minor", price_minor, currency=currency)
    if not 1 <= quantity <= MAX_QUANTITY:
        raise InvalidField("quantity", f"must be between 1 and {MAX_QUANTITY}")
    if price_minor * quantity > MAX_AMOUNT_MINOR:
        unit = name_minor_unit(currency or settings.DEFAULT_CURRENCY)
        raise InvalidField("quantity", f"price times quantity must not exceed {MAX_AMOUNT_MINOR} {unit}")
    return price_minor * quantity


def check_return_url(return_url: str, *, origins: Iterable[str]) -> str:
    """Return the URL when the buyer may be sent there. Raises InvalidField.

    https with a registered origin, or http on this very machine for developers; nothing else.
    """
    parts = _split_url(return_url)
    if parts.scheme == "http" and parts.hostname in LOCAL_HOSTS:
        return return_url
    if parts.scheme != "https":
        raise InvalidField("return_url", "must use https (or http on localhost)")
    if read_origin(parts) not in origins:
        raise InvalidField("return_url", f"origin {read_origin(parts)} is not registered for the application")
    return return_url


def add_to_query(url: str, **pairs: str) -> str:
    """Return the URL with these query parameters at the end of its query, instead of its own of these names.

    Every other byte of it, and its fragment, stay as they are: they are written in the seller's own way.
    """
    address, hash_mark, fragment = url.partition("#")
    path, _, query = address.partition("?")
    kept = "&".join(part for part in query.split("&") if unquote_plus(part.partition("=")[0]) not in pairs)
    added = urlencode(pairs)
    return f"{path}?{kept and f'{kept}&'}{added}{hash_mark}{fragment}"


def _split_url(url: str) -> SplitResult:
    # urlsplit drops tabs and newlines silently, and a browser reads "\" as "/": refuse both, and blanks.
    if len(url) > MAX_URL or not url.isascii() or re.search(r"[\x00-\x20\x7f\\]", url):
        raise InvalidField("return_url", f"must be a plain ASCII URL of at most {MAX_URL} characters")
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it validates it
    except ValueError:
        raise InvalidField("return_url", "is not a URL") from None
    if not parts.hostname or "@" in parts.netloc:
        raise InvalidField("return_url", "must name a host and no user")
    refuse_card_number("return_url", unquote_plus(url), is_code=True)
    return parts
