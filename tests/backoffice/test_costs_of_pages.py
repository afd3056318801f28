"""A list or page of the admin takes as many queries for many rows as for few, and no list is counted."""

import pytest
from django.test import Client

from charges.models import Charge
from customers.models import Customer, Merchant
from operations.factories import UserFactory
from subscriptions.models import Plan, Subscription
from tests.backoffice.test_admin_lists import MODELS, MOST_QUERIES, address, get, sell
from tests.module_rows import rows_of_module
from tests.subscriptions.clients import subscribe

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WITH_PAGES = (Merchant, Customer, Plan, Subscription, Charge)


@pytest.fixture(scope="module")
def looked(request):
    """A browser of staff, and the addresses with the queries that each took while there were few rows."""
    with rows_of_module(request, look_at_few) as made:
        yield made


def look_at_few():
    staff = Client()
    staff.force_login(UserFactory(superuser=True))
    subscription = subscribe()
    pages = {model: address(model, "change", model.objects.get().pk) for model in WITH_PAGES}
    sell(1)
    few = {url: look_twice(staff, url) for url in [*map(address, MODELS), *pages.values()]}
    for _ in range(3):
        subscribe(subscription.plan, subscription.customer)
        subscribe(subscription.plan)
        subscribe()
    sell(3)
    return staff, pages, few


def look_twice(staff, url):
    """Return the queries of the second time; the first time more is looked up."""
    get(staff, url)
    return get(staff, url)[1]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_a_list_is_never_counted_and_costs_the_same_for_more_rows(model, looked):
    staff, _, few = looked
    _, many = get(staff, address(model))
    assert not [sql for sql in many if "COUNT(" in sql]
    assert len(few[address(model)]) == len(many) <= MOST_QUERIES, many


@pytest.mark.parametrize("model", WITH_PAGES, ids=lambda model: model.__name__)
def test_a_page_costs_the_same_for_more_rows_around_it(model, looked):
    staff, pages, few = looked
    _, many = get(staff, pages[model])
    assert len(few[pages[model]]) == len(many), many
