"""Files that a page names, and pages that it links to, exist."""

import re

import pytest

from tests.docs.pages import PAGES, ROOT, name_page

FOLDERS = sorted(path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith("."))
FILE = re.compile(rf"(?<![\w/.-])((?:{'|'.join(FOLDERS)})/[\w./-]*\w\.(?:py|md|html|json|toml))\b")
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")
MODULE = re.compile(rf"`((?:{'|'.join(FOLDERS)})(?:\.[a-z_]+)+)\b")


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_every_file_that_a_page_names_exists(page):
    named = set(FILE.findall(page.read_text()))
    assert {
        path for path in named if not ((ROOT / path).is_file() or (page.parent / path).is_file())
    } == set()


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_every_link_leads_to_a_file(page):
    assert {link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()} == set()


@pytest.mark.parametrize("page", PAGES, ids=name_page)
def test_every_module_that_a_page_names_exists(page):
    assert {name for name in MODULE.findall(page.read_text()) if not is_in_a_module(name)} == set()


def is_in_a_module(name: str) -> bool:
    """Whether a dotted name is a package, a module, a name in one, or a permission."""
    *folders, last = name.split(".")
    place = ROOT.joinpath(*folders)
    files = [place.with_suffix(".py"), place / "__init__.py", place / "models.py", *place.glob("models/*.py")]
    if (place / last).is_dir() or (place / f"{last}.py").is_file():
        return True
    text = "".join(file.read_text() for file in files if file.is_file())
    return re.search(rf"\b{last}\b", text) is not None or last.partition("_")[0] in ("view", "change")
