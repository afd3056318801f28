"""Transactions are numbered on after the database came to another cluster: see core/transaction_ids.py."""

from django.db import migrations, models

import core.transaction_ids


class Migration(migrations.Migration):
    dependencies = [("ledger", "0015_day_trees")]

    operations = [
        migrations.RunSQL(
            core.transaction_ids.WRITE_OFFSET.format(offset=0),
            "DROP FUNCTION billing_transaction_offset()",
        ),
        migrations.AlterField(
            model_name="ledgerentry",
            name="xact",
            field=models.BigIntegerField(
                db_default=core.transaction_ids.TransactionNumber(), editable=False
            ),
        ),
    ]
