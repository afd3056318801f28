"""Ids of database transactions: that of the running one, and the oldest that still runs."""

from django.db import models

# What transactions before this one have written is complete.
HORIZON = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


class CurrentTransactionId(models.Func):
    """PostgreSQL's id of the running transaction, the only watermark that does not skip a late commit."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class OldestRunningTransactionId(models.Func):
    """The oldest transaction that still runs: what those before it have written is complete."""

    template = f"({HORIZON})"
    output_field = models.BigIntegerField()
