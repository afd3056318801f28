import django.contrib.postgres.indexes
import django.contrib.postgres.search
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes for the lists and the search of staff, made while the tables are open."""

    atomic = False

    dependencies = [
        ('customers', '0025_erased_people'),
        ('subscriptions', '0020_indexes_of_own_clocks'),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='subscription',
            index=models.Index(fields=['created_at', 'id'], name='subscriptions_by_day'),
        ),
        AddIndexConcurrently(
            model_name='subscription',
            index=models.Index(fields=['price_minor', 'currency', '-id'], name='subscriptions_by_amount'),
        ),
        AddIndexConcurrently(
            model_name='subscription',
            index=django.contrib.postgres.indexes.GinIndex(django.contrib.postgres.search.SearchVector('name', config='simple'), name='subscriptions_by_words'),
        ),
    ]
