"""Whatever an address asks a list for, it gets a list, the list without filters, or a refusal; no fault."""

import itertools

import pytest
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.db.models.fields.related import ForeignObject
from django.test import RequestFactory

from backoffice.admin.base import BillingChangeList
from charges.models import Charge
from tests.backoffice.test_admin_lists import MODELS, address

pytestmark = pytest.mark.slow

VALUES = ["99999", "x", "9" * 40, "(", "9999-12-31T23:59:59-23:59"]
TRANSFORMS = ["year", "iso_year", "time__hour", "len", "0_1", "date__year", "year__gt"]


def list_lookups():
    """Every look-up that a field of some admin list offers, once for each class of fields."""
    fields = {}
    for model in MODELS:
        for field in model._meta.get_fields():
            fields.setdefault(type(field), (model, field))
    for model, field in fields.values():
        offered = [*field.get_lookups(), *TRANSFORMS] if hasattr(field, "get_lookups") else ["isnull", "in"]
        beyond = ["pk__year", "pk__in"] if isinstance(field, ForeignObject) else []
        yield from ((model, f"{field.name}__{lookup}") for lookup in [*offered, *beyond, "none", "__"])


def show(model, user, **query):
    """Make the list as Django's view does, with all that it raises for the view to answer."""
    request = RequestFactory().get(address(model, **query))
    request.user = user
    with transaction.atomic():
        return admin.site._registry[model].get_changelist_instance(request)


def test_no_value_of_any_look_up_fails(staff, admin_user):
    lookups = [*list_lookups()]
    failed = []
    for (model, lookup), value in itertools.product(lookups, VALUES):
        try:
            show(model, admin_user, **{lookup: value})
        except (IncorrectLookupParameters, SuspiciousOperation):
            continue  # Which Django answers with the list without filters, and with 400.
        except Exception as error:
            failed.append((model.__name__, lookup, value, repr(error)[:80]))
    assert failed == []
    assert len(lookups) > 150


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_answers_a_filter_that_makes_no_sense(model, staff):
    fields = model._meta.concrete_fields
    asked = [
        {"no_such_field": "1"},
        {"id__in": "1,x"},
        {"pk__gt": "9" * 40},
        {f"{fields[1].name}__regex": "("},
    ]
    for query in [*asked, *({f"{field.name}__year": "99999"} for field in fields)]:
        answer = staff.get(address(model, **query))
        assert answer.status_code in (200, 302, 400), (query, answer.status_code)
        if answer.status_code == 302:
            assert answer["Location"] == f"{address(model)}?e=1"
    assert staff.get(address(model, e=1, pk__year="99999")).status_code == 200


def test_a_list_that_fails_by_itself_is_still_a_fault(staff, admin_user, monkeypatch):
    monkeypatch.setattr(admin.site._registry[Charge], "list_per_page", "many")
    with pytest.raises(ValueError, match="many"):
        show(Charge, admin_user)
    with pytest.raises(IncorrectLookupParameters):
        show(Charge, admin_user, status__exact="pending")
    assert BillingChangeList in admin.site._registry[Charge].get_changelist(None).__mro__
