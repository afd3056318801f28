from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes for the lists and the search of staff, made while the tables are open."""

    atomic = False

    dependencies = [
        ('customers', '0025_erased_people'),
        ('payouts', '0003_directions'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='payout',
            index=models.Index(fields=['amount_minor', 'currency', '-id'], name='payouts_by_amount'),
        ),
    ]
