"""Staff see what buyers accepted and no seller has activated: on the first page and as lists."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core import clock
from customers.models import Application
from operations.factories import ApplicationFactory, ChargeFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db
AGO = timedelta(days=31)


@pytest.fixture
def offers():
    """An accepted, a lapsed and a withdrawn one of each kind."""
    with clock.travel_to(clock.now() - AGO):
        ChargeFactory(accepted=True, name="Lapsed thing")
    SubscriptionFactory(accepted=True, name="Lapsed thing", at=clock.now() - AGO)
    for factory in (ChargeFactory, SubscriptionFactory):
        factory(withdrawn=True, name="Withdrawn thing")
        factory(name="Pending thing")
    return [factory(accepted=True, name="Accepted thing") for factory in (ChargeFactory, SubscriptionFactory)]


def read_list(staff, row, **query) -> str:
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_changelist"
    return staff.get(reverse(name, query=query)).content.decode()


@pytest.mark.slow
def test_a_list_of_each_kind_shows_date_amount_and_app(staff, offers):
    for offer in offers:
        page = read_list(staff, offer, look="accepted")
        for text in (
            "Accepted thing",
            offer.order_application.name,
            "2.00 USD" if offer is offers[0] else "19.00 USD",
            "can start until",
            f"{offer.decided_at:%Y-%m-%d}",
            f"{offer.holds_until:%Y-%m-%d}",
        ):
            assert text in page
        for absent in ("Lapsed thing", "Withdrawn thing", "Pending thing"):
            assert absent not in page


@pytest.mark.slow
def test_what_can_no_longer_start_is_a_list_of_its_own(staff, offers):
    for offer in offers:
        page = read_list(staff, offer, look="lapsed")
        assert "Lapsed thing" in page
        for absent in ("Accepted thing", "Withdrawn thing", "Pending thing"):
            assert absent not in page


@pytest.mark.slow
def test_other_lists_do_without_the_columns_and_a_made_up_question_filters_nothing(staff, offers):
    for offer in offers:
        for query in ({}, {"look": "nonsense"}):
            page = read_list(staff, offer, **query)
            assert "can start until" not in page
            assert "Pending thing" in page


@pytest.mark.slow
def test_the_first_page_counts_them_and_leads_there(staff, offers):
    page = staff.get("/admin/").content.decode()
    for title in ("Charges accepted, not activated", "Subscriptions accepted, not activated"):
        assert title in page
    assert "/admin/charges/charge/?look=accepted" in page
    assert "/admin/subscriptions/subscription/?look=accepted" in page


@pytest.mark.slow
def test_the_page_of_one_says_until_when_it_can_start(staff, offers):
    for offer in offers:
        name = f"admin:{offer._meta.app_label}_{offer._meta.model_name}_change"
        page = staff.get(reverse(name, args=[offer.pk])).content.decode()
        assert f"{offer.holds_until:%Y-%m-%d}" in page


def test_staff_choose_for_each_app_how_it_treats_acceptances_trials_and_seconds(staff):
    app = ApplicationFactory()
    rules = ("starts_when_accepted", "remembers_trials", "allows_second")
    assert [getattr(app, rule) for rule in rules] == [False, True, True]
    address = reverse("admin:customers_application_change", args=[app.pk])
    form = {
        "name": app.name,
        "author_email": app.author_email,
        "products": app.products,
        "commission_percent": app.commission_percent,
        "allowed_scopes": app.allowed_scopes,
        "return_origins": "\n".join(app.return_origins),
        "redirect_uris": app.redirect_uris,
        "seller_of_record": app.seller_of_record,
        "requires_pkce": "on",
        "is_active": "on",
        "starts_when_accepted": "on",
    }
    assert staff.post(address, form).status_code == 302
    app = Application.objects.get(pk=app.pk)
    assert [getattr(app, rule) for rule in rules] == [True, False, False]
