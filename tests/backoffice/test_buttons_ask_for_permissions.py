"""Each button of the admin is shown to those, and works for those, whose permission buttons.txt names.

It is the middle of the name of a method, has_..._permission. Who has which is in test_roles.py.
"""

from pathlib import Path

from django.contrib import admin

POLICY = Path(__file__).with_name("buttons.txt")
NOBODY_IN_PARTICULAR = "who may see the row"


def test_each_button_asks_for_the_permission_that_is_written_down():
    assert list_buttons() == POLICY.read_text().splitlines()


def list_buttons():
    return [
        f"{model._meta.label} | {line}"
        for model, page in sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label)
        for line in [*describe_buttons(page), *describe_bulk_acts(page)]
    ]


def describe_buttons(page):
    for kind in ("actions", "actions_list", "actions_detail"):
        for name in flatten(getattr(page, kind, None) or ()):
            may = getattr(getattr(page, name), "allowed_permissions", None)
            yield f"{name} | {'/'.join(may) if may else NOBODY_IN_PARTICULAR}"


def flatten(names):
    """Yield names, also of those that a menu holds."""
    for name in names:
        yield from name["items"] if isinstance(name, dict) else [name]


def describe_bulk_acts(page):
    for bulk in getattr(page, "bulk_acts", ()):
        yield f"rows: {bulk.act.name} | {bulk.needs}"
