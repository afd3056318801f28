"""Staff see the cards of an organisation, what each pays for, and what processors call it."""

from django.urls import reverse

from charges.processor.buyer_records import provide_record
from core import clock
from customers.models import PaymentOption
from operations.factories import PaymentOptionFactory, SubscriptionFactory
from tests.desk import text_of


def show(staff, organization) -> str:
    page = staff.get(reverse("admin:customers_organization_change", args=[organization.pk]))
    assert page.status_code == 200
    return text_of(page)


def test_each_card_has_a_state_and_what_it_pays_for(staff):
    subscription = SubscriptionFactory(activated=True, name="Sales Funnel")
    buyer = subscription.buyer
    PaymentOptionFactory(organization=buyer, brand="amex", last4="0005")
    removed = PaymentOptionFactory(organization=buyer, last4="0009", exp_year=2020)
    off = {"is_active": False, "is_default": False, "removed_at": clock.now()}
    PaymentOption.objects.filter(pk=removed.pk).update(**off)
    PaymentOptionFactory(organization=buyer, brand="discover", last4="1117", exp_year=2020)
    text = show(staff, buyer)
    assert "visa 4242 12 2035 Active Sales Funnel sandbox" in text
    assert "amex 0005 12 2035 Active - sandbox" in text
    assert "visa 0009 12 2020 Removed - sandbox" in text
    assert "discover 1117 12 2020 Default, expired - sandbox" in text


def test_the_processors_name_of_a_buyer_is_shown_and_no_token(staff):
    option = PaymentOptionFactory()
    reference = provide_record(option.organization_id, gateway="sandbox")
    text = show(staff, option.organization)
    assert f"sandbox {reference}" in text
    assert option.gateway_token not in text


def test_cards_cannot_be_changed_or_added_there(staff):
    option = PaymentOptionFactory()
    page = staff.get(reverse("admin:customers_organization_change", args=[option.organization_id]))
    assert 'name="payment_options-0-last4"' not in page.content.decode()
