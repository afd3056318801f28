from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes for the lists and the search of staff, made while the tables are open."""

    atomic = False

    dependencies = [
        ('charges', '0035_lists_and_search'),
        ('customers', '0025_erased_people'),
        ('invoicing', '0004_lists_of_papers'),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='taxpaper',
            index=models.Index(fields=['seller', '-id'], name='papers_of_a_seller'),
        ),
    ]
