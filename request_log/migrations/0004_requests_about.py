from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The table stays open while its index is made.
    atomic = False

    dependencies = [("request_log", "0003_objects_of_requests")]

    operations = [
        AddIndexConcurrently(
            model_name="loggedrequest",
            index=models.Index(
                condition=models.Q(("object_id__isnull", False)),
                fields=["object_id", "-id"],
                name="requests_about",
            ),
        ),
    ]
