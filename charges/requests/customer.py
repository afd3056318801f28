"""Charging a customer once, at its merchant's request, and giving it back."""

from django.conf import settings
from django.db import transaction

from charges.history import change_status
from charges.models import Charge
from charges.new_charge import NewCharge, new_identity, save_charge
from charges.refunds.make import check_refund, lock_charge, refund_charge
from charges.requests.limits import check_amount, check_name
from charges.requests.option_rules import check_option
from charges.requests.parties import Parties
from customers.models import Customer, PaymentOption
from ledger.transaction_types import CustomerTransactionType


@transaction.atomic
def charge_customer(
    *,
    customer: Customer,
    amount_minor: int,
    name: str,
    actor: str,
    payment_option: PaymentOption | None = None,
    entered_as: CustomerTransactionType | None = None,
) -> Charge:
    """Ask a customer for an amount (cents) and return the charge, due at once and tried once.

    Without an option the processor takes its own default of the customer. `entered_as` (payment or claim) is
    what it becomes on the customer's account when it is collected. Call
    `charges.collection.single.collect_charge` after the transaction; should nobody, the sweep does.
    Raises InvalidField.
    """
    check_amount("amount_minor", amount_minor)
    parties = Parties.of_customer(customer)
    new = NewCharge(
        **new_identity(),
        **parties.columns,
        name=check_name(name),
        currency=settings.DEFAULT_CURRENCY,
        price_minor=amount_minor,
        quantity=1,
        total_minor=amount_minor,
        commission_minor=0,
        retry_limit=0,
        entered_as=entered_as or "",
    )
    charge = save_charge(new, customer=customer)
    # The merchant answers for the customer's consent.
    option = check_option(payment_option, customer)
    change_status(charge, lambda: charge.accept(option), actor=actor)
    change_status(charge, charge.activate, actor=actor)
    return charge


@transaction.atomic
def refund_customer_charge(charge_id: int, *, amount_minor: int | None = None) -> Charge:
    """Give back an amount (cents) of what a customer paid, or all that is left of it; return the refund.

    Call `charges.collection.single.collect_charge` with it after the transaction. Raises ChargeNotFound,
    WrongState for what was not collected, ChargeInDispute, RefundedAlready, InvalidField.
    """
    charge = lock_charge(Charge.objects.filter(customer__isnull=False, pk=charge_id))
    return refund_charge(charge, amount_minor=check_refund(charge, amount_minor), due_at=charge.due_at)
