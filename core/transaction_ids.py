"""The id of the running database transaction, as a default of a column."""

from django.db import models


class CurrentTransactionId(models.Func):
    """PostgreSQL's id of the running transaction, the only watermark that does not skip a late commit."""

    template = "(pg_current_xact_id()::text::bigint)"
    output_field = models.BigIntegerField()


class OldestRunningTransactionId(models.Func):
    """The oldest transaction that still runs: what those before it have written is complete."""

    template = "(pg_snapshot_xmin(pg_current_snapshot())::text::bigint)"
    output_field = models.BigIntegerField()
