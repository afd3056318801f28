"""The cards of an organisation: each belongs to one, and what was removed stays removed."""

import pytest

from customers.errors import CardEntryRefused
from customers.models import PaymentOption
from customers.payment_options import add_payment_option, lock_wallet, remove_option
from operations.factories import OrganizationFactory, PaymentOptionFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def card():
    return PaymentOptionFactory(gateway="sandbox")


def add_again(card, *, to):
    return add_payment_option(
        to.pk, gateway=card.gateway, token=card.gateway_token, last4=card.last4, brand=card.brand
    )


def test_a_card_that_another_organization_has_is_refused_and_stays_theirs(card):
    other = OrganizationFactory()
    with pytest.raises(CardEntryRefused):
        add_again(card, to=other)
    assert list(PaymentOption.objects.values_list("pk", "organization", "is_default")) == [
        (card.pk, card.organization_id, True)
    ]


def test_a_card_that_was_removed_is_refused_and_stays_removed(card):
    lock_wallet(card.organization_id)
    remove_option(card)
    with pytest.raises(CardEntryRefused):
        add_again(card, to=card.organization)
    [found] = PaymentOption.objects.all()
    assert (found.is_active, found.is_default) == (False, False)


def test_a_card_that_the_organization_has_is_kept_once_and_becomes_the_default(card):
    second = PaymentOptionFactory(gateway="sandbox", organization=card.organization)
    assert add_again(card, to=card.organization) == card
    assert dict(PaymentOption.objects.values_list("pk", "is_default")) == {card.pk: True, second.pk: False}
