"""The payment option that an attempt is made with: the one that counts now, if it may be charged."""

from django.db.models import Q

from charges.models import Attempt, AttemptState, Charge
from core.bulk import run_query
from customers.models import PaymentOption
from customers.payment_options import find_default_option

CODE = "option_inactive"
REMOVED, SWITCHED_OFF = "The card was removed.", "The payment option was switched off."
# Who switches an option off waits until this attempt is made, or we see that it is off.
LOCK = "SELECT is_active FROM customers_paymentoption WHERE id = %s FOR KEY SHARE"


def take_current_option(charge: Charge) -> str:
    """Let a charge name the option that is to pay now; return why it may not be charged, empty if it may.

    A subscription's payments are made with its present option. A buyer whose card was removed pays with the
    default one. The caller has locked the charge, and the subscription before it.
    """
    if charge.refund_of_id is not None:
        return ""
    option = _find_current(charge)
    if option is None:
        return ""
    if option.pk != charge.payment_option_id:
        charge.payment_option = option
        charge.save(update_fields=["payment_option"])
    [(is_active,)] = run_query(LOCK, [option.pk])
    if is_active:
        return ""
    return SWITCHED_OFF if charge.customer_id else REMOVED


def is_option_off(attempt: Attempt) -> bool:
    """Say whether what an attempt is made with was removed or switched off since: it is not sent again."""
    off = PaymentOption.objects.filter(gateway=attempt.gateway, gateway_token=attempt.token, is_active=False)
    of_buyer, of_charge = Q(organization__isnull=False), Q(pk=attempt.charge.payment_option_id)
    return off.filter(of_buyer | of_charge).exists()


def is_to_be_paid_otherwise(attempt: Attempt) -> bool:
    """Say whether an attempt's option is off, or another was chosen while it waits for its payer."""
    if is_option_off(attempt):
        return True
    subscription = attempt.charge.subscription
    option = (subscription.payment_option if subscription else None) or attempt.charge.payment_option
    is_awaiting = attempt.state == AttemptState.AWAITING_BUYER
    return is_awaiting and option is not None and option.gateway_token != attempt.token


def _find_current(charge: Charge) -> PaymentOption | None:
    subscription = charge.subscription
    option = (subscription.payment_option if subscription else None) or charge.payment_option
    if option is None or option.is_active or charge.buyer_id is None:
        return option
    return find_default_option(charge.buyer_id, gateway=option.gateway) or option
