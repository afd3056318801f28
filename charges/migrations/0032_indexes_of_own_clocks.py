from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models


class Migration(migrations.Migration):
    # Tables stay open meanwhile. charges.0025 once made indexes while its table was closed; where it did,
    # they are made again by other names, so that all databases end alike.
    atomic = False

    dependencies = [("charges", "0031_failures_by_day")]

    operations = [
        ValidateConstraint(model_name="charge", name="only_test_charges_have_clocks"),
        AddIndexConcurrently(
            model_name="charge",
            index=models.Index(
                condition=models.Q(("collect_at__isnull", False), ("has_own_clock", False)),
                fields=["collect_at"],
                name="charges_due",
            ),
        ),
        AddIndexConcurrently(
            model_name="charge",
            index=models.Index(
                condition=models.Q(("has_own_clock", True)),
                fields=["buyer", "collect_at"],
                name="charges_due_by_own_clocks",
            ),
        ),
        RemoveIndexConcurrently(model_name="charge", name="charge_due"),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS charges_of_test_buyers", migrations.RunSQL.noop
        ),
    ]
