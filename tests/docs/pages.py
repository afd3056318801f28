"""The Markdown pages of the repository."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def name_page(page: Path) -> str:
    """Return a page's path in the repository."""
    return str(page.relative_to(ROOT))
