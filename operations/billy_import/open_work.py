"""Transactions that Billy has not finished. They are not imported, so they must not be forgotten."""

from pathlib import Path

from operations.billy_import.files import Refuse, read_rows
from operations.billy_import.rows import BadRow

STATUSES = ("init", "retrying", "done", "failed", "canceled")
OPEN = ("init", "retrying")


def check_transactions(folder: Path, refuse: Refuse, *, drop_open: bool) -> int | None:
    """Refuse the transactions that are still to be processed, or return how many are dropped.

    None stands for a dump without its transactions, of which nothing is known.
    """
    path = folder / "transaction.csv"
    if not path.exists():
        return None
    found = 0
    for row in read_rows(path, ("guid", "status"), refuse):
        try:
            status = row.word("status", STATUSES)
        except BadRow as problem:
            refuse(row.number, str(problem))
            continue
        if status in OPEN:
            found += 1
            if not drop_open:
                refuse(row.number, f"{row.cells['guid'][:64]!r} is {status} and would never be finished")
    return found
