from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Indexes for the lists and the search of staff, made while the tables are open."""

    atomic = False

    dependencies = [
        ('customers', '0025_erased_people'),
        ('mail', '0006_payout_settings'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.OAUTH2_PROVIDER_APPLICATION_MODEL),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='mail',
            index=models.Index(condition=models.Q(('livemode', False)), fields=['-id'], name='mails_of_tests'),
        ),
    ]
