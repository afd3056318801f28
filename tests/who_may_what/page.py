"""Write docs/who-may-what.md from the tables: `python -m tests.who_may_what.page > docs/who-may-what.md`."""

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from tests.who_may_what.policy import DOORS, OTHERS, Row, read_rows

WIDTH = 96
TITLES = {
    "text": "Text: `/v1`, `/v2`, `/v3`",
    "billy": "Billy: `/v1/companies` and the like",
    "unibill": "UniBill: `/api/v01`",
    "pages": "Pages of buyers and sellers",
    "console": "The console of sellers",
    "oauth": "OAuth",
    "open": "Open to everybody",
    "admin": "The admin",
}
HEAD = (Path(__file__).parent / "policy" / "head.md").read_text


def write_page() -> Iterator[str]:
    """Yield the lines of the page."""
    yield HEAD().rstrip()
    for door, title in TITLES.items():
        yield f"\n## {title}"
        for row in read_rows(door):
            yield ""
            yield from write_row(row)


def write_row(row: Row) -> Iterator[str]:
    """Yield who gets what answer, and the operations that this is true of."""
    by_answer: dict[str, list[str]] = {}
    for name, answer in row.answers.items():
        by_answer.setdefault(answer, []).append(name)
    for answer, names in by_answer.items():
        said = "everybody" if names == [OTHERS] and len(by_answer) == 1 else "; ".join(names)
        yield from wrap(f"- **{answer}**: {said}")
    yield ""
    yield from (f"      {operation}" for operation in row.operations)


def wrap(line: str) -> list[str]:
    """Return a line of a list in lines of the usual width."""
    return textwrap.wrap(line, WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)


assert TITLES.keys() == DOORS.keys()

if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in write_page())
