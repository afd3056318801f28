from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations, models

INDEX = "one_chargeback_per_dispute"


class Migration(migrations.Migration):
    """What looks through all rows, made while the table is open."""

    atomic = False

    dependencies = [("ledger", "0020_chargebacks")]

    operations = [
        # What a try that was ended half-way has left is there and not valid.
        migrations.RunSQL(f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}", migrations.RunSQL.noop),
        migrations.RunSQL(
            f"CREATE UNIQUE INDEX CONCURRENTLY {INDEX} ON ledger_customertransaction (dispute_id)"
            " WHERE dispute_id IS NOT NULL",
            f"DROP INDEX CONCURRENTLY IF EXISTS {INDEX}",
            state_operations=[
                migrations.AddConstraint(
                    model_name="customertransaction",
                    constraint=models.UniqueConstraint(
                        condition=models.Q(("dispute__isnull", False)), fields=("dispute",), name=INDEX
                    ),
                ),
            ],
        ),
        ValidateConstraint(model_name="customertransaction", name="only_a_chargeback_has_a_dispute"),
    ]
