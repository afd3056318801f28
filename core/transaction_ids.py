"""Numbers of database transactions: that of the running one, and the oldest that still runs.

PostgreSQL counts transactions anew in each cluster. A database that came from another cluster goes on behind
the numbers in its rows by an offset, which a function of the database returns: `operations.another_cluster`.
"""

from django.db import models

OFFSET = "billing_transaction_offset()"
# PostgreSQL puts the number in the place of the call when it plans a statement.
WRITE_OFFSET = (
    "CREATE OR REPLACE FUNCTION billing_transaction_offset() RETURNS bigint LANGUAGE sql STABLE"
    " AS 'SELECT {offset:d}::bigint'"
)
CURRENT = f"(pg_current_xact_id()::text::bigint + {OFFSET})"
# What transactions before this one have written is complete.
HORIZON = f"(pg_snapshot_xmin(pg_current_snapshot())::text::bigint + {OFFSET})"
# The first one that this snapshot knows nothing of.
NEXT = f"(pg_snapshot_xmax(pg_current_snapshot())::text::bigint + {OFFSET})"


class TransactionNumber(models.Func):
    """That of the running transaction, the only watermark that does not skip a late commit."""

    template = CURRENT
    output_field = models.BigIntegerField()


class OldestTransactionNumber(models.Func):
    """That of the oldest transaction that still runs: what those before it have written is complete."""

    template = HORIZON
    output_field = models.BigIntegerField()


class CurrentTransactionId(models.Func):
    """PostgreSQL's own, of the running transaction; for migrations before there was an offset."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class OldestRunningTransactionId(models.Func):
    """PostgreSQL's own, of the oldest one that still runs; for migrations before there was an offset."""

    template = "(pg_snapshot_xmin(pg_current_snapshot())::text::bigint)"
    output_field = models.BigIntegerField()
