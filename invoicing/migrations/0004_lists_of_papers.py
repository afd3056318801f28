from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # Tables stay open while their indexes are made.
    atomic = False

    dependencies = [("invoicing", "0003_held_invoices")]

    operations = [
        AddIndexConcurrently(
            model_name="taxpaper",
            index=models.Index(fields=["total_minor", "currency", "-id"], name="papers_by_amount"),
        ),
        AddIndexConcurrently(
            model_name="taxpaper",
            index=models.Index(
                condition=models.Q(("livemode", False)), fields=["-id"], name="papers_of_tests"
            ),
        ),
        AddIndexConcurrently(
            model_name="taxpaper",
            index=models.Index(
                condition=models.Q(("kind", "credit_note")), fields=["-id"], name="credit_notes"
            ),
        ),
    ]
