"""Transaction ids go on after the database came to another cluster: see core/transaction_ids.py."""

from django.db import migrations

from core.transaction_ids import CURRENT


class Migration(migrations.Migration):
    dependencies = [("ledger", "0015_day_trees")]

    # The defaults of earlier migrations are made of the same texts, so that this changes older databases.
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE ledger_ledgerentry ALTER COLUMN xact SET DEFAULT {CURRENT}",
            migrations.RunSQL.noop,
        ),
    ]
