from django.db import migrations


class Migration(migrations.Migration):
    # Requests under a key are told apart by their fields now; keys made before match any request.

    dependencies = [("customers", "0007_customers_and_payment_options")]

    operations = [
        migrations.RunSQL(
            "UPDATE customers_idempotencykey SET fingerprint = ''", migrations.RunSQL.noop
        )
    ]
