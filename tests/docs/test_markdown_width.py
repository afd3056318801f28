"""Prose in Markdown is wrapped."""

import re
from collections.abc import Iterator

import pytest

from tests.docs.pages import PAGES, name_page

WIDTH = 100
UNBROKEN = re.compile(r"(?:`[^`]+`|\[[^\]]*\]\([^)]*\)|\S)+")


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_no_line_of_prose_is_too_long(page):
    assert [line for line in list_prose(page.read_text()) if is_too_long(line)] == []


def list_prose(text: str) -> Iterator[str]:
    """Return the lines outside of tables and code blocks."""
    is_code = False
    for line in text.splitlines():
        if line.lstrip().startswith("```"):
            is_code = not is_code
        elif not is_code and not line.startswith(("|", "    ")):
            yield line


def is_too_long(line: str) -> bool:
    """Whether a line could be broken; links and code stay in one piece, however long."""
    return len(line) > WIDTH and max(map(len, UNBROKEN.findall(line))) < WIDTH - 10
