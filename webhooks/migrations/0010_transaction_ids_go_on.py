"""Transaction ids go on after the database came to another cluster: see core/transaction_ids.py."""

from django.db import migrations

from core.transaction_ids import HORIZON


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0009_trial_extended")]

    # The defaults of earlier migrations are made of the same texts, so that this changes older databases.
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE webhooks_endpoint ALTER COLUMN position_xact SET DEFAULT {HORIZON}",
            migrations.RunSQL.noop,
        ),
    ]
