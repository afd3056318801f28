from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("request_log", "0002_ids_by_their_beginning")]

    operations = [
        migrations.AddField(
            model_name="loggedrequest",
            name="object_id",
            field=models.UUIDField(
                editable=False,
                help_text="The public id of what it made or changed; blank for reading.",
                null=True,
            ),
        ),
    ]
