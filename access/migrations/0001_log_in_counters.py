import core.clock
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        # django-axes kept these; it is no longer installed.
        migrations.RunSQL(
            "DROP TABLE IF EXISTS axes_accessattemptexpiration, axes_accessattempt, axes_accesslog,"
            " axes_accessfailurelog",
            migrations.RunSQL.noop,
        ),
        migrations.CreateModel(
            name='LogInCounter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('name', 'Name'), ('address', 'Address'), ('known', 'Known device')], max_length=10)),
                ('subject', models.CharField(max_length=320)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('last_try_at', models.DateTimeField(default=core.clock.now)),
                ('link_mailed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name': 'log-in limit',
                'indexes': [models.Index(fields=['last_try_at'], name='counters_by_age')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'subject'), name='one_counter_for_a_subject'), models.CheckConstraint(condition=models.Q(('kind__in', ['name', 'address', 'known'])), name='a_counter_is_of_a_known_kind')],
            },
        ),
    ]
