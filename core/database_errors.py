"""Tells a database that is away from one that has refused something."""

from django.db import InterfaceError, OperationalError, connection

# Classes of SQLSTATE: the line, resources (no connection is left, the disk is full), the server stops.
AWAY = ("08", "53", "57P")
TRY_AGAIN_SECONDS = 5


def is_database_away(error: BaseException | None) -> bool:
    """Say whether an exception means that the database does not serve just now.

    Without a SQLSTATE the line is dead. A statement that took too long or a lock that is held do not count.
    """
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    if isinstance(error, InterfaceError) and _is_line_open():  # A fault of ours, such as a closed cursor.
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(AWAY)


def _is_line_open() -> bool:
    return connection.connection is not None and not connection.connection.closed
