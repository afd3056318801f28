from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """An index for the first page, made while the table is open."""

    atomic = False

    dependencies = [("charges", "0032_indexes_of_own_clocks")]

    operations = [
        AddIndexConcurrently(
            model_name="attempt",
            index=models.Index(condition=models.Q(('state', 'returned')), fields=['-resolved_at'], name='attempts_that_came_back'),
        ),
    ]
