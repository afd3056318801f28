"""Template filters of mails: the same blocks of words as HTML and as plain text."""

import re

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()
BLANK_LINES = re.compile(r"\n\s*\n")


@register.filter
def as_html(words: str) -> SafeString:
    """Return the parts between blank lines as paragraphs; the words are escaped already."""
    return mark_safe("\n".join(f"<p>{part}</p>" for part in _split(words)))


@register.filter(is_safe=True)
def as_text(words: str) -> str:
    """Return the parts between blank lines, each on a line of its own."""
    return "\n\n".join(_split(words))


def _split(words: str) -> list[str]:
    parts = (" ".join(part.split()) for part in BLANK_LINES.split(words))
    return [part for part in parts if part]
