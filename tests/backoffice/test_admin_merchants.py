"""Looking at merchants, their customers, plans, subscriptions and charges in the admin."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from charges.models import Charge, ChargeKind
from core import clock
from core.billy_guids import write_guid
from customers.credentials import seal_processor_key
from customers.models import ApiKey, Customer, Merchant
from operations.factories import (
    ChargeFactory,
    CustomerFactory,
    MerchantFactory,
    OrganizationFactory,
    PlanFactory,
    UserFactory,
)
from operations.rehearsal import run_billing
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.collect import collect_now
from subscriptions.models import Plan, PlanKind, Subscription
from tests.subscriptions.clients import subscribe
from tests.subscriptions.stories import START

pytestmark = pytest.mark.django_db(transaction=True)
MODELS = (Merchant, Customer, Plan, Subscription, Charge)


def address(model, page="changelist", *args, **query):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    return reverse(name, args=args, query=query or None)


def page_of(row):
    return address(type(row), "change", row.pk)


def get(staff, url):
    with CaptureQueriesContext(connection) as queries:
        page = staff.get(url)
    assert page.status_code == 200, url
    return page.content.decode(), [query["sql"] for query in queries]


def listed(staff, model, **query):
    page, _ = get(staff, address(model, **query))
    rows = page.partition('id="result_list"')[2]
    return {int(pk) for pk in re.findall(rf"<th[^>]*>\s*<a[^>]*{model._meta.model_name}/(\d+)/change/", rows)}


def make_key(merchant, hint="6yKDGr"):
    return ApiKey.objects.create(merchant=merchant, digest=f"{merchant.pk:064}", hint=hint)


@pytest.fixture
def refunded():
    """A subscription of which the only payment was partly given back."""
    subscription = subscribe()
    with clock.travel_to(START + timedelta(days=1)):
        cancel_subscription(subscription.pk, actor="test", refund_minor=300)
        collect_now(subscription.pk)
    return Subscription.objects.get()


def test_a_merchant_shows_what_it_may_do_and_how_its_keys_begin(staff):
    merchant = MerchantFactory(sealed_processor_key=seal_processor_key("very-secret"))
    make_key(merchant)
    page, _ = get(staff, page_of(merchant))
    for text in ("up to 10,000.00 USD a day (UTC)", "its own, kept encrypted", "6yKDGr..."):
        assert text in page
    assert write_guid("CP", merchant.public_id) in page
    for secret in ("very-secret", bytes(merchant.sealed_processor_key).decode(), f"{merchant.pk:064}"):
        assert secret not in page
    page, _ = get(staff, page_of(MerchantFactory(may_pay_out=False)))
    assert "not permitted" in page
    assert "the operator&#x27;s" in page


def test_a_merchant_leads_to_all_that_belongs_to_it(staff):
    subscription = subscribe()
    subscribe()
    ChargeFactory()
    page, _ = get(staff, page_of(subscription.customer.merchant))
    links = re.findall(r'href="(/admin/[^"]+\?[^"]+)">(\w+)</a>', page)
    found = {}
    for link, title in links:
        rows = staff.get(link.replace("&amp;", "&")).context["cl"].result_list
        found[title] = [row.pk for row in rows]
    assert found == {
        "Customers": [subscription.customer_id],
        "Plans": [subscription.plan_id],
        "Subscriptions": [subscription.pk],
        "Charges": [subscription.charges.get().pk],
    }
    page, _ = get(staff, page_of(subscription.payee))
    assert f"/admin/customers/merchant/?organization__id__exact={subscription.payee_id}" in page


def test_a_customer_leads_to_its_subscriptions_and_charges(staff):
    customer = CustomerFactory(processor_reference="/v1/customers/known", deleted_at=START)
    page, _ = get(staff, page_of(customer))
    for text in (
        "/v1/customers/known",
        write_guid("CU", customer.public_id),
        "2027-01-31 10:00:00 UTC",
        f"/admin/subscriptions/subscription/?customer__id__exact={customer.pk}",
        f"/admin/charges/charge/?customer__id__exact={customer.pk}",
        page_of(customer.merchant),
    ):
        assert text in page


def test_a_plan_shows_its_terms_in_words(staff):
    plan = PlanFactory(interval=3, amount_minor=123_456, kind=PlanKind.DISBURSEMENT)
    for url in (page_of(plan), address(Plan)):
        page, _ = get(staff, url)
        for text in ("1,234.56 USD", "every 3 months", "Pays the customer", write_guid("PL", plan.public_id)):
            assert text in page
    assert f"/admin/subscriptions/subscription/?plan__id__exact={plan.pk}" in get(staff, page_of(plan))[0]


def test_customers_and_plans_are_only_to_be_looked_at(staff):
    for row in (CustomerFactory(), PlanFactory(), MerchantFactory()):
        assert staff.get(address(type(row), "add")).status_code == 403
        assert staff.post(page_of(row), {"may_pay_out": "on", "_save": "Save"}).status_code == 403
        assert staff.post(address(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403


@pytest.mark.slow
def test_one_box_finds_by_any_id(staff):
    subscribe()
    merchant = MerchantFactory(organization=OrganizationFactory(name="Harbour Lane Dental"))
    customer, plan = CustomerFactory(merchant=merchant), PlanFactory(merchant=merchant)
    subscription = subscribe(plan, customer)
    (charge,) = subscription.charges.all()
    of_merchant = (
        write_guid("CP", merchant.public_id),
        str(merchant.public_id),
        "harbour lane",
        str(merchant.organization.license_id),
        str(merchant.organization.public_id),
    )
    rows = (merchant, customer, plan)
    for row in rows:
        for term in of_merchant:
            assert listed(staff, type(row), q=term) == {row.pk}, term
    of_customer = (write_guid("CU", customer.public_id), customer.public_id.hex)
    for row in (customer, subscription, charge):
        for term in of_customer:
            assert listed(staff, type(row), q=term) == {row.pk}, term
    assert listed(staff, Plan, q=write_guid("PL", plan.public_id)) == {plan.pk}
    for row in (subscription, charge):
        assert listed(staff, type(row), q=write_guid("SU", subscription.public_id)) == {row.pk}
    assert listed(staff, Charge, q=write_guid("TX", charge.public_id)) == {charge.pk}
    assert listed(staff, Charge, q=write_guid("SU", charge.public_id)[:-1]) == set()


@pytest.mark.slow
@pytest.mark.parametrize("term", ["CP", "CU1", "SUzzzzzzzzzzzzzzzzzzzzzzzzzz", "PL0OIl", "TXé", "CP" * 100])
def test_what_only_looks_like_a_guid_finds_nothing(staff, term):
    subscribe()
    for model in MODELS:
        assert listed(staff, model, q=term) == set()


def test_a_subscription_of_a_customer_shows_who_pays_and_what_for(staff):
    subscription = subscribe(funding_source="/v1/cards/decline_soft", retry_limit=10)
    page, _ = get(staff, page_of(subscription))
    for text in (
        "Charges the customer",
        "/v1/cards/decline_soft",
        "up to 10 times, 24 hours apart",
        "The card has insufficient funds.",
        page_of(subscription.customer),
        page_of(subscription.plan),
        page_of(subscription.payee),
    ):
        assert text in page
    for word in ("Asked for by", "Consent", "Return url"):
        assert word not in page
    rows, _ = get(staff, address(Subscription))
    assert page_of(subscription.customer) in rows


def test_how_often_a_charge_failed_is_told(staff):
    subscription = subscribe(funding_source="/v1/cards/decline_soft", retry_limit=10)
    with clock.travel_to(START + timedelta(minutes=1)):
        run_billing()
    (charge,) = subscription.charges.all()
    for url in (page_of(charge), address(Charge), page_of(subscription)):
        assert "(2 times)" in get(staff, url)[0]


@pytest.mark.slow
def test_a_charge_of_a_customer_leads_to_it_and_to_its_refunds(staff, refunded):
    charge, refund = refunded.charges.order_by("pk")
    page, _ = get(staff, page_of(charge))
    for text in (page_of(refunded.customer), page_of(refund), "3.00 USD", "Collected"):
        assert text in page
    page, _ = get(staff, page_of(refund))
    for text in (page_of(charge), page_of(refunded), "Refunded"):
        assert text in page
    rows, _ = get(staff, address(Charge))
    assert f'href="{page_of(refunded)}">Refund</a>' in rows
    assert f'href="{page_of(refunded.customer)}"' in rows
    assert listed(staff, Charge, kind__exact=ChargeKind.REFUND) == {refund.pk}


def test_the_pages_of_a_refunded_subscription_hold_nothing_odd(staff, refunded):
    page, _ = get(staff, page_of(refunded))
    assert ">Refund</a>" in page
    assert "Period None" not in page


def test_periods_billed_elsewhere_are_told(staff):
    subscription = subscribe(starts_at=START + timedelta(days=1))
    Subscription.objects.bulk_create(
        [Subscription(**(imitate(subscription) | {"period": 4, "first_period": 4}))]
    )
    page, _ = get(staff, page_of(Subscription.objects.get(first_period=4)))
    assert "4 (the first 4 were billed elsewhere)" in page


def imitate(subscription):
    names = [field.attname for field in Subscription._meta.concrete_fields]
    return {name: getattr(subscription, name) for name in names if name not in ("id", "public_id")}


def test_the_log_in_of_finance_needs_a_permission_to_look(client):
    merchant = MerchantFactory()
    client.force_login(UserFactory(username="nobody", staff=True))
    assert client.get(page_of(merchant)).status_code == 403
    assert client.get(address(Merchant)).status_code == 403
