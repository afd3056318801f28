"""Months as addresses and commands write them: 2026-11."""

import re
from datetime import UTC, datetime

from bookkeeping.errors import StatementNotFound

MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


def read_month(text: str) -> datetime:
    """Return the first instant (UTC) of a month. Raises StatementNotFound for what is none."""
    match = MONTH.fullmatch(text)
    if match is None or not 2000 <= int(match[1]) <= 9998:
        raise StatementNotFound
    return datetime(int(match[1]), int(match[2]), 1, tzinfo=UTC)
