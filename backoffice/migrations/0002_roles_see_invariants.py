"""The roles that see programs or the books see what is looked at each minute."""

from importlib import import_module

from django.db import migrations

from backoffice.role_making import extend_role

ROLES = import_module("backoffice.migrations.0001_roles").ROLES
SEES_INVARIANTS = ("operations.view_invariantlook",)
EXTENDED = ("Viewer", "Finance", "Approver", "Developer", "Administrator")


def extend_roles(apps, editor):
    for name in EXTENDED:
        extend_role(apps, name, as_made=ROLES[name], by=SEES_INVARIANTS)


class Migration(migrations.Migration):
    dependencies = [
        ("backoffice", "0001_roles"),
        ("operations", "0001_looks_at_invariants"),
    ]
    operations = [
        migrations.RunPython(extend_roles, migrations.RunPython.noop),
    ]
