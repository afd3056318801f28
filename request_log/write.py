"""Write entries of the log as rows, many at once."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from core.bulk import insert_rows
from request_log.callers import find_owners
from request_log.entries import STRANGER, Claim, Entry
from request_log.models import LoggedRequest


@transaction.atomic
def write_entries(entries: Sequence[Entry]) -> None:
    """Look callers up and insert the rows; a crash of the server may lose those of the last moment."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
    owners = find_owners({entry.caller for entry in entries if isinstance(entry.caller, Claim)})
    insert_rows(LoggedRequest, [_build_row(entry, owners) for entry in entries])


def _build_row(entry: Entry, owners: dict[Any, Any]) -> dict[str, Any]:
    caller = entry.caller
    owner = owners.get(caller, STRANGER) if isinstance(caller, Claim) else caller
    fields = entry._asdict()
    del fields["caller"]
    return fields | owner._asdict()
