"""The forms of the admin take odd but ordinary data, keep it and show it again."""

import unicodedata

import pytest
from django.contrib.auth.models import Group, User
from django.forms import BooleanField, CharField, EmailField
from django.urls import reverse
from django.utils.html import escape

from customers.models import Application, Organization
from operations.factories import ApplicationFactory, OrganizationFactory, UserFactory
from tests.backoffice.forms import NO_ROWS_BELOW
from tests.odd_data import BY_KIND

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MAKERS = {
    Organization: lambda: OrganizationFactory(name="Before"),
    Application: lambda: ApplicationFactory(name="Before"),
    User: lambda: UserFactory(username="before"),
    Group: lambda: Group.objects.create(name="Before"),
}
ALSO_SENT = {
    Organization: NO_ROWS_BELOW,
    User: {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"},
}
# Text of a set form: names of users have Django's own alphabet, the others are lists of addresses.
OF_A_FORM = {
    "username",
    "password",
    "client_id",
    "redirect_uris",
    "return_origins",
    "new_secret",
    "vat_number",
    "website_url",
    "support_address",
    "terms_url",
}


def list_free_text(form) -> list[str]:
    return [
        name
        for name, field in form.fields.items()
        if isinstance(field, CharField) and not isinstance(field, EmailField) and name not in OF_A_FORM
    ]


def read_form(page) -> dict[str, object]:
    """Return what a browser would send if nothing was changed."""
    form = page.context["adminform"].form
    sent = {}
    for name, field in form.fields.items():
        value = form[name].value()
        if isinstance(field, BooleanField):
            sent |= {name: "on"} if value else {}
        elif value is not None:
            sent[name] = form[name].field.prepare_value(value) if hasattr(field, "prepare_value") else value
    return sent


def address_of(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


# By default a kind of data is entered in one form, the next kind in the next form.
SHARED = [([*MAKERS][place % len(MAKERS)], kind, 3) for place, kind in enumerate(BY_KIND)]
ALL = [(model, kind, 1) for model in MAKERS for kind in BY_KIND]


@pytest.mark.parametrize(
    ("model", "kind", "every"), [*SHARED, *(pytest.param(*each, marks=pytest.mark.night) for each in ALL)]
)
def test_a_form_keeps_it(staff, model, kind, every):
    """A form gets a third of the values; at night each form gets all of all kinds.

    All fields of a form are filled in at once.
    """
    row = MAKERS[model]()
    page = staff.get(address_of(row))
    form = read_form(page) | ALSO_SENT.get(model, {})
    names = list_free_text(page.context["adminform"].form)
    assert names
    for number in range(0, len(BY_KIND[kind]), every):
        texts = choose_texts(model, names, BY_KIND[kind], number)
        saved = staff.post(address_of(row), form | texts | {"_continue": "1"})
        assert saved.status_code == 302, (texts, saved.context["adminform"].form.errors)
        row.refresh_from_db()
        for name, text in texts.items():
            kept = unicodedata.normalize("NFC", getattr(row, name))
            assert kept == unicodedata.normalize("NFC", text).strip(), name
    page = staff.get(address_of(row)).content.decode()
    assert [name for name in names if escape(getattr(row, name)) not in page] == []


def choose_texts(model, names: list[str], values: list[str], number: int) -> dict[str, str]:
    """For each field another value, as long as it may be."""
    longest = {name: model._meta.get_field(name).max_length for name in names}
    return {name: values[(number + place) % len(values)][: longest[name]] for place, name in enumerate(names)}
