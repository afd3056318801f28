"""What all running subscriptions come to in a month, and the pages that list every one of them."""

import pytest

from core import clock
from customers.models import Account
from operations.factories import AccountFactory, ApplicationFactory, CallerFactory, OrganizationFactory
from subscriptions.models import Subscription
from subscriptions.monthly_total import sum_monthly_prices
from tests.desk import log_in, subscription_at, text_of

pytestmark = pytest.mark.slow

PAGE = "/account/subscriptions/"


@pytest.fixture
def caller(desk):
    return CallerFactory(account=desk.buyer, application=desk.app)


def total(desk):
    return sum_monthly_prices(desk.buyer.organization_id)


def test_it_counts_what_is_charged_again_in_each_currency_and_rounds_once(desk, caller, settings):
    settings.CURRENCIES = ["EUR"]
    other = CallerFactory(
        account=desk.buyer, application=ApplicationFactory(organization=OrganizationFactory(name="Other"))
    )
    AccountFactory(organization=desk.buyer.organization, user__is_active=False)
    AccountFactory(organization=desk.buyer.organization)
    for fields in (
        {"price_minor": 1000},
        {"price_minor": 1000, "frequency": "yearly"},
        {"price_minor": 1001, "interval": 3},
        {"price_minor": 100, "frequency": "weekly"},
        {"price_minor": 7, "frequency": "daily", "interval": 2},
        {"price_minor": 500, "per_account": True},
    ):
        subscription_at("active", other, at=clock.now(), **fields)
    subscription_at("trial", caller, price_minor=300)
    subscription_at("active", caller, price_minor=900, currency="EUR")
    for left_out in ("frozen", "cancelled", "pending", "accepted"):
        subscription_at(left_out, caller)
    subscription_at("active", caller, test=True)
    subscription_at("active", CallerFactory())
    exact = 1000 + 1000 / 12 + 1001 / 3 + 100 * 30.4375 / 7 + 7 * 30.4375 / 2 + 500 * 2 + 300
    totals = [
        (each.money.currency, each.money.amount_minor)
        for each in sum_monthly_prices(desk.buyer.organization_id)
    ]
    assert totals == [("EUR", 900), ("USD", round(exact))]


def test_what_ends_or_is_held_is_left_out_and_nothing_makes_no_total(desk, caller):
    assert total(desk) == []
    subscription_at("held", caller)
    ending = subscription_at("active", caller)
    end = ending.next_charge_at
    desk.browser.post(
        f"/account/subscriptions/{ending.public_id}/cancel/",
        {"decision": "period_end", "ends_at": end.isoformat()},
    )
    assert total(desk) == []
    assert "In total, per month" not in text_of(desk.browser.get("/account/"))


@pytest.mark.parametrize(("length", "counted"), [(None, 1900), (3, 1900), (2, 1900), (1, None)])
def test_of_so_many_periods_the_last_one_is_not_charged_again(desk, caller, length, counted):
    paid_once = subscription_at("active", caller)
    Subscription.objects.filter(pk=paid_once.pk).update(length=length, period=1)
    assert [each.money.amount_minor for each in total(desk)] == ([counted] if counted else [])


def test_the_pages_reach_each_subscription_and_the_total_is_of_all(desk, caller, django_assert_num_queries):
    for number in range(23):
        subscription_at("trial", caller, name=f"Number {number}.", price_minor=100)
    assert "$23.00" in text_of(desk.browser.get("/account/"))
    with django_assert_num_queries(5):
        first = desk.browser.get(PAGE)
    assert "$23.00 for 23 subscriptions" in text_of(first)
    older = desk.browser.get(PAGE, {"before": str(first.context["page"].older)})
    shown = [entry.purchase.name for page in (first, older) for entry in page.context["page"].entries]
    assert shown == [f"Number {number}." for number in reversed(range(23))]
    assert older.context["page"].older is None
    assert "$23.00" in text_of(older)


def test_a_page_goes_on_behind_a_row_that_has_ended_since(desk, caller):
    rows = [subscription_at("trial", caller, name=f"Number {number}.") for number in range(22)]
    mark = desk.browser.get(PAGE).context["page"].older
    assert mark == rows[2].public_id
    desk.browser.post(f"/account/subscriptions/{mark}/cancel/", {"decision": "now"})
    older = desk.browser.get(PAGE, {"before": str(mark)})
    assert [entry.purchase.pk for entry in older.context["page"].entries] == [rows[1].pk, rows[0].pk]
    ended = text_of(desk.browser.get(PAGE, {"show": "ended"}))
    assert "Number 2. Report Builder $19.00 every month Ended on" in ended
    assert "Number 1." not in ended


@pytest.mark.parametrize("before", ["x", "", "00000000-0000-0000-0000-000000000000"])
def test_nonsense_leads_to_the_first_page(desk, caller, before):
    subscription_at("trial", caller, name="Reports")
    assert "Reports" in text_of(desk.browser.get(PAGE, {"before": before}))


def test_others_see_nothing_of_it(desk, caller):
    subscription_at("trial", caller, name="Reports")
    clerk = AccountFactory(organization=desk.buyer.organization, has_billing_role=False)
    assert log_in(clerk).get(PAGE).status_code == 403
    foreign = log_in(AccountFactory()).get(PAGE, {"before": str(Subscription.objects.get().public_id)})
    assert "Reports" not in text_of(foreign)
    assert Account.objects.count() == 3
