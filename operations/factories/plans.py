"""What merchants offer their customers."""

from factory import SubFactory
from factory.django import DjangoModelFactory

from operations.factories.customers import MerchantFactory
from subscriptions.models import Plan, PlanKind
from subscriptions.schedule import Frequency


class PlanFactory(DjangoModelFactory[Plan]):
    """10.00 a month, charged."""

    class Meta:
        model = Plan

    merchant = SubFactory(MerchantFactory)
    kind = PlanKind.CHARGE
    frequency = Frequency.MONTHLY
    interval = 1
    amount_minor = 1000
    currency = "USD"
