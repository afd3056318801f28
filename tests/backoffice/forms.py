"""Parts of the forms of admin pages."""

from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet

# The page of an organisation has rows of other tables below, none of which can be changed there.
NO_ROWS_BELOW = {
    f"{rows}-{name}": 0
    for rows in ("payment_options", "processor_records")
    for name in ("TOTAL_FORMS", "INITIAL_FORMS")
}


def list_acts() -> QuerySet[LogEntry]:
    """The lines of the audit log but those of log-ins, which tests begin with."""
    return LogEntry.objects.exclude(change_message__startswith="logged in")
