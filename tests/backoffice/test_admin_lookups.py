"""A list is filtered by what it declares and nothing else: no column is to be guessed from an address."""

import itertools
import re

import pytest
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.auth.models import Permission
from django.core.exceptions import SuspiciousOperation
from django.db import transaction
from django.test import Client, RequestFactory

from backoffice.admin.base import BillingChangeList
from backoffice.admin.filters import FormFilter
from charges.collection.single import collect_charge
from charges.models import Charge
from customers.models import Application
from ledger.models import LedgerAccount
from operations.factories import ApplicationFactory, ChargeFactory, SubscriptionFactory, UserFactory
from tests.backoffice.test_admin_lists import MODELS, address

pytestmark = pytest.mark.slow

LOOKUPS = ["", "__exact", "__startswith", "__regex", "__year", "__isnull", "__in", "__gt", "__0_1", "__none"]
VALUES = ["1", "99999", "x", "9" * 40, "(", "9999-12-31T23:59:59-23:59", "", "é", "True", "1,x"]
# Beside filters, what the addresses of Django's lists may have.
PARAMETERS = ["o", "p", "all", "e", "q", "_facets", "_popup", "_to_field"]
ODD = ["", "-1.2", "x", "9" * 40, "id", "password", "("]


def list_paths(model):
    """Every field of a list, and every field of what it refers to."""
    for field in model._meta.get_fields():
        yield field.name
        if field.related_model:
            yield from (f"{field.name}__{beyond.name}" for beyond in field.related_model._meta.get_fields())


def declared_by(model):
    page = admin.site._registry[model]
    filters = {f"{name}{end}" for name in page.list_filter if isinstance(name, str) for end in LOOKUPS[:2]}
    for each in page.list_filter:
        if isinstance(each, type) and issubclass(each, FormFilter):
            filters |= {*each.list_fields()}
    return filters | {f"{name}__isnull" for name in page.list_filter} | {"look", *page.linked_filters}


def show(model, user, /, **query):
    """Make the list as Django's view does, with all that it raises for the view to answer."""
    request = RequestFactory().get(address(model, **query))
    request.user = user
    return admin.site._registry[model].get_changelist_instance(request)


def try_to_show(model, user, /, **query):
    """Return None for a list, or the class of a refusal, which Django answers with a redirect or with 400."""
    try:
        show(model, user, **query)
    except (IncorrectLookupParameters, SuspiciousOperation) as refusal:
        return type(refusal)


@pytest.mark.django_db
@pytest.mark.parametrize("every", [9, pytest.param(1, marks=pytest.mark.night)])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_no_other_column_is_looked_up(model, every, admin_user):
    """Each column is looked up in one or two of ten ways, the next column in the next ones."""
    pairs = [*itertools.product(list_paths(model), LOOKUPS)]
    names = {f"{path}{lookup}" for number, (path, lookup) in enumerate(pairs) if number % every == 0}
    assert len(names) > 5
    for name in sorted(names - declared_by(model)):
        assert issubclass(try_to_show(model, admin_user, **{name: "x"}) or object, SuspiciousOperation), name


@pytest.mark.django_db
@pytest.mark.parametrize("every", [3, pytest.param(1, marks=pytest.mark.night)])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_declared_filter_takes_any_value_without_a_fault(model, every, admin_user):
    """A filter gets a third of the values, the next filter the next third."""
    pairs = [*itertools.product(sorted(declared_by(model)), VALUES)]
    for name, value in pairs[MODELS.index(model) % every :: every]:
        with transaction.atomic():
            try_to_show(model, admin_user, **{name: value})


@pytest.mark.django_db
@pytest.mark.parametrize("every", [56, pytest.param(1, marks=pytest.mark.night)])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_list_answers_whatever_else_an_address_says(model, every, staff, admin_user):
    """A few are asked for as a page, which takes longest to draw; a quarter of the others without.

    The next list gets the next ones.
    """
    place = MODELS.index(model)
    for number, (name, value) in enumerate(itertools.product(PARAMETERS, ODD)):
        if number % every == place % every:
            answer = staff.get(address(model, **{name: value}))
            assert answer.status_code in (200, 302, 400), (name, value, answer.status_code)
        elif number % 4 == place % 4:
            try_to_show(model, admin_user, **{name: value})
    wrong = [{"o": "1"}, {"no_such_field": "1"}]
    for query in wrong if every == 1 else wrong[place % 2 :][:1]:
        assert staff.get(address(model, **query)).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.night)])
@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_so_do_the_pages_of_a_row(model, every, staff):
    """A list gets an eighth of the parameters, the next list the next eighth."""
    place = MODELS.index(model) % every
    own = {path: "x" for path in list_paths(model) if "__" not in path}
    queries = [{name: "x"} for name in PARAMETERS[place::every]]
    pages = [("change", ["9" * 40], queries), ("history", ["x"], queries)]
    if staff.get(address(model, "add")).status_code == 200:
        # Only this one reads what the address says of fields.
        pages.append(("add", [], [own, *queries]))
    for page, arguments, asked in pages:
        for query in asked:
            answer = staff.get(address(model, page, *arguments, **query))
            assert answer.status_code in (200, 302, 400, 403, 404), (page, query, answer.status_code)


@pytest.mark.parametrize("value", ["pbkdf2", "x"])
@pytest.mark.parametrize("field", ["client_secret", "organization__accounts__user__password"])
def test_the_hash_of_a_secret_is_not_to_be_guessed_by_those_who_may_only_look(field, value, db):
    ApplicationFactory()
    looker = UserFactory(staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_application"))
    browser = Client()
    browser.force_login(looker)
    assert browser.get(address(Application)).status_code == 200
    assert browser.get(address(Application, **{f"{field}__startswith": value})).status_code == 400


def test_every_link_of_every_page_is_to_a_list_that_takes_it(staff):
    SubscriptionFactory(past_due=True)
    collect_charge(ChargeFactory(activated=True).pk)
    links = {"/admin/"}
    for model in MODELS:
        pages = [address(model), *(address(model, "change", row.pk) for row in model.objects.all()[:2])]
        for page in pages:
            found = re.findall(r'href="(/admin/[^"]*\?[^"]*|\?[^"]*)"', staff.get(page).content.decode())
            links |= {f"{page if link[0] == '?' else ''}{link.replace('&amp;', '&')}" for link in found}
    assert any("payee__id__exact" in link for link in links)
    for link in {re.sub(r"=[^&]*", "", link): link for link in sorted(links)}.values():  # One of a kind.
        assert staff.get(link).status_code == 200, link


def test_a_list_that_fails_by_itself_is_still_a_fault(admin_user, monkeypatch):
    monkeypatch.setattr(admin.site._registry[Charge], "list_per_page", "many")
    with pytest.raises(ValueError, match="many"):
        show(Charge, admin_user)
    with pytest.raises(IncorrectLookupParameters):
        show(Charge, admin_user, status__exact="pending")
    assert BillingChangeList in admin.site._registry[LedgerAccount].get_changelist(None).__mro__
