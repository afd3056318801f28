from django.db import migrations, models
import django.db.models.deletion


class Migration(migrations.Migration):

    dependencies = [("charges", "0007_rest_of_an_invoice")]

    operations = [
        migrations.RenameField("charge", "refunds", "refund_of"),
        migrations.AlterField(
            "charge",
            "refund_of",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="refunds",
                to="charges.charge",
            ),
        ),
    ]
