import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes for the lists and the search of staff, made while the tables are open."""

    atomic = False

    dependencies = [
        ('charges', '0034_pages_shown'),
        ('customers', '0025_erased_people'),
        ('ledger', '0017_entry_sums'),
        ('subscriptions', '0020_indexes_of_own_clocks'),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='attempt',
            index=models.Index(fields=['sent_at', 'id'], name='attempts_by_day'),
        ),
        AddIndexConcurrently(
            model_name='attempt',
            index=models.Index(condition=models.Q(('code', ''), _negated=True), fields=['sent_at', 'id'], name='failed_attempts_by_day'),
        ),
        AddIndexConcurrently(
            model_name='attempt',
            index=models.Index(condition=models.Q(('code', ''), _negated=True), fields=['code', 'sent_at', 'id'], name='failed_attempts_by_reason'),
        ),
        AddIndexConcurrently(
            model_name='charge',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('name', config='simple'), condition=models.Q(('subscription', None)), name='charges_by_words'),
        ),
        AddIndexConcurrently(
            model_name='dispute',
            index=models.Index(condition=models.Q(('status', 'opened')), fields=['evidence_due_by', 'id'], name='disputes_to_answer'),
        ),
        AddIndexConcurrently(
            model_name='dispute',
            index=models.Index(fields=['amount_minor', 'currency', '-id'], name='disputes_by_amount'),
        ),
    ]
