"""Each test buyer is of one seller: counted for it, given tokens of its apps alone, and shown by itself."""

from datetime import timedelta

import pytest

from core import clock
from core.errors import InvalidField
from customers.models import Organization, TestBuyer
from operations.factories import ApplicationFactory, ChargeFactory, OrganizationFactory
from testmode.buyers import MOST_A_DAY, create_test_buyer, issue_test_token
from testmode.errors import TooManyTestBuyers
from testmode.timeline import read_bought
from tests.testmode.people import Tried

pytestmark = pytest.mark.django_db


def make_as_many_as_allowed(seller):
    buyers = Organization.objects.bulk_create(Organization(name="Buyer") for _ in range(MOST_A_DAY))
    TestBuyer.objects.bulk_create(TestBuyer(organization=buyer, seller=seller) for buyer in buyers)


def test_a_seller_makes_a_hundred_within_a_day_and_others_go_on():
    seller, other = OrganizationFactory.create_batch(2)
    make_as_many_as_allowed(seller)
    with pytest.raises(TooManyTestBuyers):
        create_test_buyer(seller_id=seller.pk)
    assert create_test_buyer(seller_id=other.pk).buyer.seller == other
    with clock.travel_to(clock.now() + timedelta(days=1)):
        assert create_test_buyer(seller_id=seller.pk).buyer.seller == seller


def test_no_application_of_another_seller_gets_a_token_of_a_test_buyer():
    buyer = Tried().buyer
    with pytest.raises(InvalidField) as refused:
        issue_test_token(buyer, application_id=ApplicationFactory().pk)
    assert refused.value.field == "application_id"
    assert not buyer.organization.accounts.get().user.oauth2_provider_accesstoken.exists()


def test_what_one_has_bought_is_not_shown_for_another():
    tried = Tried()
    others = [Tried(tried.app), Tried()]
    for each, names in ((tried, "my"), *((other, "their") for other in others)):
        each.subscribe(name=f"{names} seats")
        ChargeFactory(caller=each.caller(), test=True, name=f"{names} extension")
    bought = read_bought(tried.buyer)
    assert [each.name for each in bought.subscriptions] == ["my seats"]
    assert [each.name for each in bought.charges] == ["my extension"]
    assert {moment.name for moment in bought.moments} == {"my seats", "my extension"}
