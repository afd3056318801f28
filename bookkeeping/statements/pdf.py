"""A statement as one page of PDF, the same bytes for the same statement. Its lines are in the CSV file."""

from collections.abc import Iterator

from bookkeeping.statements.reading import SellerStatement
from bookkeeping.statements.wording import list_parts
from invoicing.files.layout import SMALL, Block, build_pdf, gap, paragraph, table, title

AUTHOR = "Marketplace billing"


def write_statement(statement: SellerStatement) -> bytes:
    """Return the file, printed as tax papers are: with their font, and names from right to left in order."""
    return build_pdf([*_list_blocks(statement)], name=_name(statement), author=AUTHOR)


def _name(statement: SellerStatement) -> str:
    return f"Statement {statement.starts_at:%Y-%m}, {statement.currency}"


def _list_blocks(statement: SellerStatement) -> Iterator[Block]:
    yield title(_name(statement))
    yield paragraph(statement.organization.name)
    yield paragraph(f"Organisation {statement.organization.public_id}")
    yield paragraph(_write_time(statement))
    yield gap()
    yield table(["", "Amount"], list(list_parts(statement)), [0.6, 0.4])
    yield gap()
    yield from (paragraph(line, SMALL) for line in _write_end(statement))


def _write_time(statement: SellerStatement) -> str:
    return f"From {statement.starts_at:%Y-%m-%d} until before {statement.ends_at:%Y-%m-%d}, days of UTC"


def _write_end(statement: SellerStatement) -> Iterator[str]:
    if not statement.is_final:
        yield "The month is not closed: this statement may still change."
        return
    figures = statement.figures
    yield f"The month is closed. {figures.line_count} lines, SHA-256 {figures.lines_hash}"
    if books := statement.find_books():
        yield f"The books until the end of {books.day}: root {books.root}"
        yield f"Signed with the key {books.key and books.key.public_key}"
