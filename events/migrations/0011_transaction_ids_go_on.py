"""Transactions are numbered on after the database came to another cluster: see core/transaction_ids.py."""

from django.db import migrations, models

import core.transaction_ids


class Migration(migrations.Migration):
    dependencies = [("events", "0010_trial_extended"), ("ledger", "0016_transaction_ids_go_on")]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="xact",
            field=models.BigIntegerField(
                db_default=core.transaction_ids.TransactionNumber(), editable=False
            ),
        ),
    ]
