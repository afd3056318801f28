from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models


class Migration(migrations.Migration):
    # Tables stay open meanwhile. subscriptions.0016 once made indexes while its table was closed; where it did,
    # they are made again by other names, so that all databases end alike.
    atomic = False

    dependencies = [("subscriptions", "0019_longer_trials")]

    operations = [
        ValidateConstraint(model_name="subscription", name="only_test_subscriptions_have_clocks"),
        AddIndexConcurrently(
            model_name="subscription",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False), ("has_own_clock", False)),
                fields=["due_at", "id"],
                name="subscriptions_due",
            ),
        ),
        AddIndexConcurrently(
            model_name="subscription",
            index=models.Index(
                condition=models.Q(
                    ("cancel_at__isnull", False),
                    ("cancelled_at", None),
                    ("expired_at", None),
                    ("has_own_clock", False),
                ),
                fields=["cancel_at"],
                name="subscriptions_to_end",
            ),
        ),
        AddIndexConcurrently(
            model_name="subscription",
            index=models.Index(
                condition=models.Q(("has_own_clock", True)),
                fields=["buyer", "due_at"],
                name="sub_due_by_own_clocks",
            ),
        ),
        RemoveIndexConcurrently(model_name="subscription", name="sub_due"),
        RemoveIndexConcurrently(model_name="subscription", name="sub_to_end"),
        migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS sub_of_test_buyers", migrations.RunSQL.noop),
    ]
