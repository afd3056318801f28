"""Ids of database transactions: that of the running one, and the oldest that still runs.

PostgreSQL counts them anew in each cluster. A database that came from another cluster goes on behind the
ids in its rows by an offset, a setting of the database: see `operations.another_cluster`.
"""

from django.db import models

OFFSET_SETTING = "billing.transaction_id_offset"
OFFSET = f"COALESCE(NULLIF(current_setting('{OFFSET_SETTING}', true), ''), '0')::bigint"
CURRENT = f"(pg_current_xact_id()::text::bigint + {OFFSET})"
# What transactions before this one have written is complete.
HORIZON = f"(pg_snapshot_xmin(pg_current_snapshot())::text::bigint + {OFFSET})"
# The first one that this snapshot knows nothing of.
NEXT = f"(pg_snapshot_xmax(pg_current_snapshot())::text::bigint + {OFFSET})"


class CurrentTransactionId(models.Func):
    """PostgreSQL's id of the running transaction, the only watermark that does not skip a late commit."""

    template = CURRENT
    output_field = models.BigIntegerField()


class OldestRunningTransactionId(models.Func):
    """The oldest transaction that still runs: what those before it have written is complete."""

    template = HORIZON
    output_field = models.BigIntegerField()
