"""Payments that a merchant asks for on a customer's account, and giving them back."""

from typing import Unpack

from django.db import transaction

from charges.models import Attempt, Charge, ChargeStatus
from charges.requests.customer import charge_customer, refund_customer_charge
from core.texts import has_visible
from customers.contact_fields import OptionFields
from customers.models import Customer, PaymentOption
from customers.payment_options import TokenizedInstrument, add_customer_option
from ledger.transaction_types import CustomerTransactionType

# The name of a payment without one. The customer's account leaves it out, so it must be unlike any note.
UNNAMED = "Payment without a note"


def pay_with_option(
    *, customer: Customer, payment_option: PaymentOption, amount_minor: int, name: str, actor: str
) -> Charge:
    """Ask for a payment (cents) by an option that is kept, and return the charge; collect it afterwards.

    Raises what charge_customer raises.
    """
    return charge_customer(
        customer=customer,
        amount_minor=amount_minor,
        name=name if has_visible(name) else UNNAMED,
        actor=actor,
        payment_option=payment_option,
        entered_as=CustomerTransactionType.PAYMENT,
    )


@transaction.atomic
def pay_with_instrument(
    *,
    customer: Customer,
    account: TokenizedInstrument,
    amount_minor: int,
    name: str,
    actor: str,
    **fields: Unpack[OptionFields],
) -> Charge:
    """Ask for a payment (cents) by a card or bank account that is given for this once.

    Raises what add_customer_option and charge_customer raise.
    """
    option = add_customer_option(customer=customer, account=account, is_single_use=True, **fields)
    return pay_with_option(
        customer=customer, payment_option=option, amount_minor=amount_minor, name=name, actor=actor
    )


@transaction.atomic
def give_back_payment(charge_id: int) -> Charge:
    """Return the refund of all that is left of a payment; one that is on its way is returned again.

    Collect it afterwards. Raises what refund_customer_charge raises.
    """
    under_way = Charge.objects.filter(refund_of=charge_id, status=ChargeStatus.PROCESSED).first()
    return under_way or refund_customer_charge(charge_id)


def find_last_attempt(charge: Charge) -> Attempt | None:
    """Return the newest attempt to collect a charge; None before the first."""
    return charge.attempts.order_by("-number").first()
