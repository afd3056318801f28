"""A statement as CSV: the opening balance, each line with the balance after it, the closing balance."""

from collections.abc import Iterator, Sequence
from typing import Any

from bookkeeping.exports.cells import write_instant, write_rows
from bookkeeping.statements.reading import SellerStatement
from core.money import Money

BOOKS = "The books until the end of"
COLUMNS = (
    "line",
    "booked_at",
    "occurred_at",
    "transaction_id",
    "reference",
    "description",
    "currency",
    "gross",
    "commission",
    "net",
    "balance",
)


def write_statement(statement: SellerStatement) -> Iterator[str]:
    """Return the lines of the file, reading as they are taken."""
    yield from write_rows([COLUMNS])
    yield from write_rows(_list_rows(statement))


def _list_rows(statement: SellerStatement) -> Iterator[Sequence[Any]]:
    def units(minor: int) -> Any:
        return Money(minor, statement.currency).units

    balance = statement.figures.opening_minor
    blank, currency = [""] * 4, statement.currency
    yield ["opening", write_instant(statement.starts_at), *blank, currency, "", "", "", units(balance)]
    for line in statement.stream_lines():
        balance += line.net_minor
        yield [
            line.part,
            write_instant(line.created_at),
            write_instant(line.occurred_at),
            line.public_id,
            line.reference,
            line.description,
            currency,
            *map(units, (line.gross_minor, line.commission_minor, line.net_minor, balance)),
        ]
    yield ["closing", write_instant(statement.ends_at), *blank, currency, "", "", "", units(balance)]
    if books := statement.find_books():
        signed = f"{BOOKS} {books.day}: root {books.root}, key {books.key and books.key.public_key}"
        yield ["books", write_instant(books.closed_at), "", "", "", signed, currency, "", "", "", ""]
