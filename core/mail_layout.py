"""Writing a mail from its template: subject, plain text and HTML, all from the same sentences.

A template extends `layout`, whichever that is, and fills the blocks `subject`, `says` and `action`.
"""

import re
from collections.abc import Mapping
from email.utils import formataddr
from typing import Any, NamedTuple

import css_inline
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation

from core.letters import is_visible

MAX_SUBJECT = 200
BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
INLINER = css_inline.CSSInliner(load_remote_stylesheets=False)


class Letter(NamedTuple):
    """The words of a mail."""

    subject: str
    text: str
    html: str


def write_letter(template: str, context: Mapping[str, Any], *, language: str, time_zone: str = "") -> Letter:
    """Return a mail in a language (such as de), with instants in a time zone (blank for UTC)."""
    with translation.override(language), timezone.override(time_zone or "UTC"):
        known = {"base_url": settings.BASE_URL, "brand": settings.BRAND, **context}
        subject, text, html = (
            render_to_string(template, {**known, "layout": f"mail/{layout}"})
            for layout in ("subject.txt", "layout.txt", "layout.html")
        )
    return Letter(put_on_one_line(subject), text.strip() + "\n", INLINER.inline(html))


def make_message(letter: Letter, *, to: str, headers: Mapping[str, str]) -> EmailMultiAlternatives:
    """Return the mail, ready to be sent; it says of itself that a program wrote it, so that none answers."""
    automatic = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    message = EmailMultiAlternatives(
        letter.subject, letter.text, _name_sender(), to=[to], headers={**automatic, **headers}
    )
    message.attach_alternative(letter.html, "text/html")
    return message


def _name_sender() -> str:
    """Return the sender's address, behind the name that the operator has given the marketplace."""
    name, address = settings.BRAND.own_name, settings.DEFAULT_FROM_EMAIL
    return formataddr((put_on_one_line(name), address)) if name else address


def put_on_one_line(text: str) -> str:
    """Return a text that can stand in a header: no breaks and nothing invisible around it, not too long."""
    line = " ".join(BREAKS.sub(" ", text).split())
    if len(line) > MAX_SUBJECT:
        line = line[: MAX_SUBJECT - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"
    return line if any(map(is_visible, line)) else ""
