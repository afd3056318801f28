"""Roles see the tax invoices that are held; those who look at money see the audit log, finance the requests.

Going back takes nothing away: the permissions only let people look, and going forward again adds none twice.
"""

from importlib import import_module

from django.db import migrations

from backoffice.role_making import extend_role

ROLES = import_module("backoffice.migrations.0001_roles").ROLES
BEFORE = import_module("backoffice.migrations.0002_roles_see_invariants")
HELD, AUDIT, REQUESTS = (
    "invoicing.view_heldinvoice",
    "customers.view_auditline",
    "request_log.view_loggedrequest",
)
# Of a request its path and its outcome are kept, and no body. The search looks X-Request-IDs up in them.
ADDED = {
    "Viewer": (HELD, AUDIT),
    "Finance": (HELD, AUDIT, REQUESTS),
    "Approver": (HELD, AUDIT),
    "Administrator": (HELD,),
}


def extend_roles(apps, editor):
    for name, added in ADDED.items():
        extend_role(apps, name, as_made=(*ROLES[name], *BEFORE.SEES_INVARIANTS), by=added)


class Migration(migrations.Migration):
    dependencies = [
        ("backoffice", "0002_roles_see_invariants"),
        ("customers", "0023_audit_lines_are_read"),
        ("invoicing", "0003_held_invoices"),
        ("request_log", "0001_initial"),
    ]
    operations = [
        migrations.RunPython(extend_roles, migrations.RunPython.noop),
    ]
