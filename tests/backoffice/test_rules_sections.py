"""The menu of the admin: each list stands in one section, under the work that it is for."""

from django.contrib import admin

from backoffice.sections import MORE, SECTIONS, arrange

APP = {"name": "Charges", "app_label": "charges", "app_url": "/admin/charges/"}


def test_each_list_has_one_section():
    named = [name for names in SECTIONS.values() for name in names]
    assert len(named) == len({*named})
    assert {*named} == {model.__name__ for model in admin.site._registry}


def test_the_lists_that_somebody_sees_are_arranged_and_others_left_out():
    seen = [{"object_name": name, "admin_url": f"/admin/{name}/"} for name in ("Month", "Dispute", "Charge")]
    sections = arrange([APP | {"models": seen}, APP | {"models": [{"object_name": "Novelty"}]}])
    assert [(each["name"], [model["object_name"] for model in each["models"]]) for each in sections] == [
        ("Payments", ["Charge", "Dispute"]),
        ("Books", ["Month"]),
        (MORE, ["Novelty"]),
    ]
    assert [each["app_url"] for each in sections] == ["/admin/Charge/", "/admin/Month/", "/admin/charges/"]
