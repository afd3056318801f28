"""Transaction ids go on after the database came to another cluster: see core/transaction_ids.py."""

from django.db import migrations

from core.transaction_ids import CURRENT


class Migration(migrations.Migration):
    dependencies = [("events", "0010_trial_extended")]

    # The defaults of earlier migrations are made of the same texts, so that this changes older databases.
    operations = [
        migrations.RunSQL(
            f"ALTER TABLE events_event ALTER COLUMN xact SET DEFAULT {CURRENT}",
            migrations.RunSQL.noop,
        ),
    ]
