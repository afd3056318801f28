from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes for the lists and the search of staff, made while the tables are open."""

    atomic = False

    dependencies = [
        ('events', '0011_transaction_ids_go_on'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='event',
            index=models.Index(condition=models.Q(('livemode', False)), fields=['-id'], name='events_of_tests'),
        ),
    ]
