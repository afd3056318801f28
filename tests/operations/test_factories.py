"""Each factory makes a valid row, and each trait ends in the state that it names."""

import pytest

from charges.models import Acceptance, Attempt, AttemptState
from operations import factories
from operations.factories import (
    AccountFactory,
    AgreementFactory,
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    CustomerFactory,
    MerchantFactory,
    PaymentOptionFactory,
    ServiceUserFactory,
    SubscriptionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
MODELS = sorted(name for name in factories.__all__ if name.endswith("Factory") and name != "CallerFactory")
ACCEPTED = ("accepted", "activated", "collected", "failed")


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_each_factory_makes_valid_rows_any_number_of_times(name):
    for row in getattr(factories, name).create_batch(2):
        optional = [field.name for field in row._meta.fields if field.null]
        # The state machine lets nobody assign a status; no retries are an empty list.
        row.full_clean(exclude=[*optional, "status", "retry_days"])


@pytest.mark.parametrize(
    ("trait", "status"),
    [
        ("declined", "declined"),
        ("accepted", "accepted"),
        ("activated", "processed"),
        ("collected", "success"),
        ("failed", "failed"),
    ],
)
def test_a_charge_comes_as_far_as_its_trait_says(trait, status):
    charge = ChargeFactory(**{trait: True})
    assert charge.status == status
    assert Acceptance.objects.filter(charge=charge).exists() == (trait in ACCEPTED)


def test_a_charge_is_paid_with_the_card_that_its_buyer_has_or_is_given():
    own = PaymentOptionFactory()
    caller = CallerFactory(account__organization=own.organization)
    assert ChargeFactory(accepted=True, caller=caller).payment_option == own
    late = ChargeFactory(activated=True, caller=caller, card="tok_test_late")
    assert late.payment_option.gateway_token.startswith("tok_test_late")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trait", "status", "payments"),
    [
        ("declined", "declined", []),
        ("accepted", "accepted", []),
        ("activated", "processed", []),
        ("retried", "processed", ["processed"]),
        ("active", "active", ["success"]),
        ("past_due", "past_due", ["success", "processed"]),
        ("frozen", "frozen", ["success", "failed"]),
        ("cancelled", "cancelled", ["success"]),
        ("held", "active", ["success"]),
    ],
)
def test_a_subscription_comes_as_far_as_its_trait_says(trait, status, payments):
    subscription = SubscriptionFactory(**{trait: True})
    assert subscription.status == status
    assert list(subscription.charges.order_by("period").values_list("status", flat=True)) == payments
    assert (subscription.held_at is not None) == (trait == "held")


def test_nobody_elses_subscription_is_billed_on_the_way():
    other = SubscriptionFactory(activated=True)
    SubscriptionFactory(active=True)
    assert Attempt.objects.filter(state=AttemptState.SUCCEEDED).count() == 1
    assert not other.charges.exists()


def test_an_agreement_is_billed_as_its_trait_says():
    assert AgreementFactory().charges.count() == 1
    assert AgreementFactory(by_invoice=True).bills_by_invoice


def test_a_payment_option_is_of_an_organisation_or_of_a_customer():
    assert PaymentOptionFactory().is_default
    customer = CustomerFactory()
    account = PaymentOptionFactory(customer=customer, bank_account=True)
    assert (account.customer, account.organization, account.account_type) == (customer, None, "checking")
    assert PaymentOptionFactory(of_customer=True).organization is None


def test_a_user_has_the_password_that_is_asked_for():
    assert not UserFactory().has_usable_password()
    account = AccountFactory(user__password="a-password-of-tests")
    assert account.user.check_password("a-password-of-tests")


def test_other_traits_are_what_they_say():
    assert (UserFactory(staff=True).is_staff, UserFactory(superuser=True).is_superuser) == (True, True)
    app = ApplicationFactory(marketplace=True)
    assert app.organization.is_operator
    assert "billing_admin" in app.allowed_scopes
    assert not MerchantFactory(without_payouts=True).may_pay_out
    merchant = MerchantFactory()
    assert list(ServiceUserFactory(merchants=[merchant]).merchants.all()) == [merchant]
