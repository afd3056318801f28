from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    # The table stays open while its index is made; one of beginnings finds whole ids, too.
    atomic = False

    dependencies = [("request_log", "0001_initial")]

    operations = [
        AddIndexConcurrently(
            model_name="loggedrequest",
            index=models.Index(
                fields=["request_id"], name="requests_by_ids_begun", opclasses=["varchar_pattern_ops"]
            ),
        ),
        RemoveIndexConcurrently(model_name="loggedrequest", name="requests_by_their_ids"),
    ]
