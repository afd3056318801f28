"""Each act of the admin asks for the permission, and for the second factor, that acts.txt says."""

from pathlib import Path

from django.contrib import admin

POLICY = Path(__file__).with_name("acts.txt")
NOBODY_IN_PARTICULAR = "who may see the row"


def test_each_act_asks_for_what_the_policy_says():
    assert list_acts() == POLICY.read_text().splitlines()


def list_acts():
    """Return a line for each act of each page: its name, who may, and whether it takes a second factor."""
    return [
        f"{model._meta.label} | {line}"
        for model, page in sorted(admin.site._registry.items(), key=lambda item: item[0]._meta.label)
        for line in [*list_forms(page), *list_buttons(page), *list_bulk_acts(page)]
    ]


def list_forms(page):
    if getattr(page, "form_needs_factor", False):
        yield "form | second factor"
    if adding := getattr(page, "add_page", None):
        yield describe(f"add: {adding.title}", "add", adding)


def list_buttons(page):
    acts = {act.name: act for act in getattr(page, "acts", ())}
    for kind in ("actions", "actions_list", "actions_detail"):
        for name in flatten(getattr(page, kind, None) or ()):
            may = getattr(getattr(page, name), "allowed_permissions", None)
            yield describe(name, "/".join(may or ()), acts.get(name))


def flatten(names):
    """Yield names, also of those that a menu holds."""
    for name in names:
        yield from name["items"] if isinstance(name, dict) else [name]


def list_bulk_acts(page):
    for bulk in getattr(page, "bulk_acts", ()):
        yield describe(f"rows: {bulk.act.name}", bulk.needs, bulk.act)


def describe(name, may, act):
    asked = " | second factor" if act is not None and act.needs_factor else ""
    return f"{name} | {may or NOBODY_IN_PARTICULAR}{asked}"
