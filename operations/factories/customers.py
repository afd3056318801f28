"""Merchants, their customers, and what organisations and customers pay with."""

from typing import Any

from factory import LazyAttributeSequence, Maybe, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from customers.models import BankAccountType, Customer, Merchant, PaymentKind, PaymentOption
from customers.payment_options import TokenizedInstrument, add_customer_option, add_payment_option
from operations.factories.organizations import OrganizationFactory


class MerchantFactory(DjangoModelFactory[Merchant]):
    """A merchant that may pay out up to 10,000.00 a day, or nothing `without_payouts`."""

    class Meta:
        model = Merchant

    class Params:
        without_payouts = Trait(may_pay_out=False, daily_payout_limit_minor=0)

    organization = SubFactory(OrganizationFactory, name=Sequence(lambda n: f"Merchant {n}"))
    may_pay_out = True
    daily_payout_limit_minor = 1_000_000


class CustomerFactory(DjangoModelFactory[Customer]):
    """A customer of whom the merchant told nothing more."""

    class Meta:
        model = Customer

    merchant = SubFactory(MerchantFactory)


class PaymentOptionFactory(DjangoModelFactory[PaymentOption]):
    """A sandbox card that an organisation pays with from now on, or a customer's.

    `token` decides how the sandbox processor behaves.
    """

    class Meta:
        model = PaymentOption

    class Params:
        token = "tok_test_approve"
        of_customer = Trait(customer=SubFactory(CustomerFactory))
        bank_account = Trait(
            kind=PaymentKind.BANK_ACCOUNT,
            brand="",
            exp_month=None,
            exp_year=None,
            bank_account_type=BankAccountType.CHECKING,
            routing_number="021000021",
        )

    customer: Any = None
    organization = Maybe("customer", None, SubFactory(OrganizationFactory))
    gateway = "sandbox"
    gateway_token = LazyAttributeSequence(lambda option, n: f"{option.token}_made_{n}")
    brand = "visa"
    last4 = "4242"
    exp_month = 12
    exp_year = 2035

    @classmethod
    def _create(cls, model_class: type[PaymentOption], *args: Any, **fields: Any) -> PaymentOption:
        customer, organization = fields.pop("customer"), fields.pop("organization")
        if customer is None:
            token = fields.pop("gateway_token")
            return add_payment_option(organization.pk, token=token, **fields)
        fields.setdefault("kind", PaymentKind.CARD)
        columns = TokenizedInstrument.__dataclass_fields__.keys()
        instrument = TokenizedInstrument(**{name: fields.pop(name) for name in columns & fields.keys()})
        return add_customer_option(customer=customer, account=instrument, **fields)
