from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes for the lists and the search of staff, made while the tables are open."""

    atomic = False

    dependencies = [
        ('charges', '0035_lists_and_search'),
        ('customers', '0025_erased_people'),
        ('ledger', '0017_entry_sums'),
        ('subscriptions', '0020_indexes_of_own_clocks'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='customertransaction',
            index=models.Index(fields=['created_at', 'id'], name='receivables_by_day'),
        ),
        AddIndexConcurrently(
            model_name='customertransaction',
            index=models.Index(fields=['amount_minor', 'currency', '-id'], name='receivables_by_amount'),
        ),
    ]
