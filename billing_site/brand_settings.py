"""Settings of the brand: name, logo and colour of the marketplace, and where people find help and terms."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from billing_site.settings_readers import Environment, refuse
from core.brand import Brand, Logo
from core.colours import Colour, darken, is_readable
from core.errors import InvalidField
from core.texts import check_display_name
from core.urls import is_mail_address, is_web_page

MAX_NAME = 60
MAX_LOGO = 200_000  # Bytes: it is on every page.
MAX_ADDRESS = 500
NAME = f"a text of at most {MAX_NAME} characters that can be shown"
COLOUR = "a colour such as #0a5c52 that is readable on light pages, and under white text"
LOGO = f"the absolute path of a PNG, JPEG, WebP or SVG file of at most {MAX_LOGO:,} bytes"
PAGE = "the address of a page, beginning with https://"
SUPPORT = f"an e-mail address, or {PAGE}"
BEGINNINGS: dict[str, Callable[[bytes], bool]] = {
    "image/png": lambda content: content.startswith(b"\x89PNG\r\n\x1a\n"),
    "image/jpeg": lambda content: content.startswith(b"\xff\xd8\xff"),
    "image/webp": lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP",
    "image/svg+xml": lambda content: content.lstrip()[:5] in (b"<?xml", b"<svg ") and b"<svg" in content,
}


def read_brand(env: Environment) -> Brand:
    """Return the brand. Raises ImproperlyConfigured."""
    colour, logo = _read_colour(env), _read_logo(env)
    own = f"{colour}".encode() + (logo.content if logo else b"")
    return Brand(
        own_name=_read_name(env),
        own_colour=colour,
        logo=logo,
        digest=hashlib.sha256(own).hexdigest()[:16],
        support_address=_read_support(env),
        terms_url=_read_page(env, "TERMS_URL"),
        privacy_url=_read_page(env, "PRIVACY_URL"),
    )


def _read_name(env: Environment) -> str:
    word = env.read_word("BRAND_NAME")
    try:
        return check_display_name("it", word, MAX_NAME)
    except InvalidField:
        refuse("BRAND_NAME", NAME, word)


def _read_colour(env: Environment) -> Colour | None:
    word = env.read_word("BRAND_COLOR")
    if not word:
        return None
    try:
        colour = Colour.read(word)
    except ValueError:
        refuse("BRAND_COLOR", COLOUR, word)
    if not is_readable(colour):
        refuse("BRAND_COLOR", f"{COLOUR}; the nearest one is {darken(colour)}", word)
    return colour


def _read_logo(env: Environment) -> Logo | None:
    """Return the file and what it is, by how it begins: its name may say anything."""
    word = env.read_word("BRAND_LOGO")
    if not word:
        return None
    path = Path(word)
    try:
        content = path.read_bytes() if path.is_absolute() and path.stat().st_size <= MAX_LOGO else b""
    except OSError:
        content = b""
    found = [kind for kind, begins in BEGINNINGS.items() if begins(content)]
    return Logo(content, found[0]) if found else refuse("BRAND_LOGO", LOGO, word)


def _read_support(env: Environment) -> str:
    word = env.read_word("SUPPORT_ADDRESS")
    is_known = not word or is_mail_address(word) or is_web_page(word)
    return word if is_known and len(word) <= MAX_ADDRESS else refuse("SUPPORT_ADDRESS", SUPPORT, word)


def _read_page(env: Environment, name: str) -> str:
    word = env.read_word(name)
    return word if not word or (is_web_page(word) and len(word) <= MAX_ADDRESS) else refuse(name, PAGE, word)
