"""Rows for tests, benchmarks and the demo: plainly made up, each by its model's name."""

from operations.factories.access import ALL_SCOPES, CallerFactory, ServiceUserFactory, SignUpFactory
from operations.factories.charges import ChargeFactory
from operations.factories.customers import CustomerFactory, MerchantFactory, PaymentOptionFactory
from operations.factories.organizations import (
    AccountFactory,
    ApplicationFactory,
    OrganizationFactory,
    UserFactory,
)
from operations.factories.payouts import PayoutAccountFactory, PayoutFactory
from operations.factories.plans import PlanFactory
from operations.factories.subscriptions import AgreementFactory, SubscriptionFactory

__all__ = (
    "ALL_SCOPES",
    "AccountFactory",
    "AgreementFactory",
    "ApplicationFactory",
    "CallerFactory",
    "ChargeFactory",
    "CustomerFactory",
    "MerchantFactory",
    "OrganizationFactory",
    "PaymentOptionFactory",
    "PayoutAccountFactory",
    "PayoutFactory",
    "PlanFactory",
    "ServiceUserFactory",
    "SignUpFactory",
    "SubscriptionFactory",
    "UserFactory",
)
