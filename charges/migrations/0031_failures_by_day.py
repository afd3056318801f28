from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Tables stay open while their indexes are made.
    atomic = False

    dependencies = [("charges", "0030_reviews_of_attempts")]

    operations = [
        AddIndexConcurrently(
            model_name="charge",
            index=models.Index(
                condition=models.Q(("failure_code", ""), _negated=True),
                fields=["created_at", "id"],
                include=("kind", "currency", "total_minor", "test"),
                name="failed_charges_by_day",
            ),
        ),
        AddIndexConcurrently(
            model_name="charge",
            index=models.Index(
                condition=models.Q(("failure_code", ""), _negated=True),
                fields=["failure_code", "created_at", "id"],
                include=("kind", "currency", "total_minor", "test"),
                name="failed_charges_by_reason",
            ),
        ),
        AddIndexConcurrently(
            model_name="charge",
            index=models.Index(
                condition=models.Q(("status__in", ["pending", "declined", "failed"])),
                fields=["status", "created_at", "id"],
                include=("kind", "currency", "total_minor", "test"),
                name="not_collected_by_day",
            ),
        ),
        RemoveIndexConcurrently(model_name="charge", name="charges_that_failed"),
        RemoveIndexConcurrently(model_name="charge", name="charges_not_collected"),
    ]
