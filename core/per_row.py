"""One row that cannot be worked on must not stop the others."""

from collections.abc import Callable

import structlog
from django.db import InterfaceError, OperationalError

# Not the fault of a row: no connection, a deadlock, no lock in time, a full disk. The next sweep goes on.
PASSING_ERRORS = (OperationalError, InterfaceError)

log = structlog.get_logger(__name__)


def run_logged(work: Callable[[int], object], pk: int) -> bool:
    """Work on a row and say whether that succeeded; its failure, whatever it is, is logged and ends here."""
    try:
        work(pk)
    except Exception:
        log.exception("sweep failed for a row", work=work.__name__, pk=pk)
        return False
    return True
