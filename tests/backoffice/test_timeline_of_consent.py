"""A timeline tells the page that a buyer was shown, and what exactly it agreed to."""

import pytest

from operations.factories import ChargeFactory, PaymentOptionFactory, SubscriptionFactory
from tests.backoffice.timelines import details
from tests.desk import link, log_in, press

pytestmark = pytest.mark.django_db


def words_of(row):
    """What the page says above the button."""
    buyer = row.buyer.name
    if row._meta.model_name == "charge":
        return f"{buyer} agrees to a one-time payment of $2.00."
    return f"{buyer} agrees to pay $19.00 every month until you cancel."


@pytest.mark.parametrize("factory", [ChargeFactory, SubscriptionFactory])
def test_the_page_and_the_words_of_consent_are_told(staff, factory):
    row = factory()
    browser, email = log_in(row.buyer_account), row.buyer_account.email
    browser.get(link(row))
    found = details(staff, row)
    assert found[f"Page shown to {email}"] == [""]
    assert f"{email} agreed" not in found
    PaymentOptionFactory(organization=row.buyer)
    assert press(browser, row, "accept").status_code == 303
    assert details(staff, row)[f"{email} agreed"] == [words_of(row)]
    of_buyer = details(staff, row.buyer)
    assert of_buyer[f"Page shown to {email}: {row.name}"] == [""]
    assert of_buyer[f"{email} agreed to {row.name}"] == [words_of(row)]
    assert not [line for line in details(staff, row.payee) if email in line]


@pytest.mark.parametrize("factory", [ChargeFactory, SubscriptionFactory])
def test_what_factories_accept_on_the_page_has_its_words(staff, factory):
    row = factory(accepted=True, on_page=True)
    email = row.buyer_account.email
    found = details(staff, row)
    assert f"Page shown to {email}" in found
    assert found[f"{email} agreed"] == [words_of(row)]
