"""One import: every table in one transaction, which a dry run or a refused row rolls back at its end."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction
from psycopg.errors import UniqueViolation

from core.errors import BillingError
from operations.billy_import.agreements import Plans, Subscriptions
from operations.billy_import.files import Refuse, read_rows
from operations.billy_import.forecast import Forecast
from operations.billy_import.open_work import check_transactions
from operations.billy_import.parties import Companies, Customers
from operations.billy_import.rows import BadRow, Row
from operations.billy_import.table import Table

BATCH = 1_000
Item = TypeVar("Item")


class ImportedMeanwhile(BillingError):
    """Something else wrote some of these rows at the same time; nothing was imported, try again."""


@dataclass(slots=True)
class Tally:
    """How many rows of a table are new, are there already, were refused."""

    new: int = 0
    known: int = 0
    refused: int = 0


@dataclass(slots=True)
class Report:
    """What became of every row; `tell` hears of each refused one with its file and line."""

    tell: Callable[[str], None]
    tallies: dict[str, Tally] = field(default_factory=dict)
    forecast: Forecast = field(default_factory=Forecast)
    dropped: int | None = None

    @property
    def is_clean(self) -> bool:
        """Say whether no row was refused."""
        return not any(tally.refused for tally in self.tallies.values())

    def refuse(self, name: str, number: int, reason: str) -> None:
        """Count a row out."""
        self.tallies.setdefault(name, Tally()).refused += 1
        self.tell(f"{name}.csv line {number}: {reason}")


def import_dump(folder: Path, *, commit: bool, drop_open: bool, tell: Callable[[str], None]) -> Report:
    """Import the tables of a Billy database and return what became of every row.

    Nothing is kept without `commit`, or when any row is refused. Unless `drop_open`, transactions that
    are still to be processed are refused, as they are not imported. Raises UnreadableFile, ImportedMeanwhile.
    """
    report = Report(tell)
    subscriptions = Subscriptions()
    report.forecast = subscriptions.forecast
    try:
        with transaction.atomic(durable=True):
            for table in (Companies(), Customers(), Plans(), subscriptions):
                _import_table(table, folder, report)
            refuse = partial(report.refuse, "transaction")
            report.dropped = check_transactions(folder, refuse, drop_open=drop_open)
            if not commit or not report.is_clean:
                transaction.set_rollback(True)
    except IntegrityError as error:
        if isinstance(error.__cause__, UniqueViolation):
            raise ImportedMeanwhile from error
        raise
    return report


def _import_table(table: Table, folder: Path, report: Report) -> None:
    tally = report.tallies.setdefault(table.name, Tally())
    refuse = partial(report.refuse, table.name)
    rows = read_rows(folder / f"{table.name}.csv", table.columns, refuse)
    for batch in _in_batches(_read_records(table, rows, refuse)):
        table.look_up([record for _, record in batch])
        fresh = []
        for number, record in batch:
            try:
                made = table.make(record)
                if record.public_id not in table.known:
                    fresh.append(made)
                    continue
                table.compare(made)
                tally.known += 1
            except BadRow as problem:
                refuse(number, str(problem))
        table.insert(fresh)
        tally.new += len(fresh)


def _read_records(table: Table, rows: Iterable[Row], refuse: Refuse) -> Iterator[tuple[int, Any]]:
    """Yield line and record of each row that can be read and whose guid is not that of an earlier one."""
    lines: dict[UUID, int] = {}
    for row in rows:
        try:
            record = table.read(row)
            earlier = lines.setdefault(record.public_id, row.number)
            if earlier != row.number:
                raise BadRow(f"guid is that of line {earlier}")
        except BadRow as problem:
            refuse(row.number, str(problem))
        else:
            yield row.number, record


def _in_batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    while batch := list(islice(items, BATCH)):
        yield batch
