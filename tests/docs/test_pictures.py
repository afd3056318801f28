"""Pictures of the documentation are small, and each is on a page that says in words what it shows."""

import re

from tests.docs.pages import PAGES, ROOT

FOLDER = ROOT / "docs" / "images"
PICTURE = re.compile(r"!\[([^\]]+)\]\(([^)]+\.png)\)")
MOST_BYTES = 110_000


def test_each_picture_is_small_and_shown_with_words():
    shown = {
        (page.parent / path).resolve().name: words
        for page in PAGES
        for words, path in PICTURE.findall(page.read_text())
    }
    pictures = {file.name: file.stat().st_size for file in FOLDER.iterdir()}
    assert shown.keys() == pictures.keys()
    assert {name: size for name, size in pictures.items() if size > MOST_BYTES} == {}
