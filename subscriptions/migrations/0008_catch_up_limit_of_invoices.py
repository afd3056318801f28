"""Give subscriptions that are billed by invoice the limit of missed periods that new ones are created with."""

from django.apps.registry import Apps
from django.conf import settings
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def set_limit(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    subscriptions = apps.get_model("subscriptions", "Subscription").objects
    subscriptions.filter(bills_by_invoice=True, catch_up_limit=None).update(
        catch_up_limit=settings.CATCH_UP_LIMIT
    )


class Migration(migrations.Migration):
    dependencies = [("subscriptions", "0007_disbursements_and_skips")]

    operations = [migrations.RunPython(set_limit, migrations.RunPython.noop)]
