"""Open the gateway for a charge with the marketplace's or the merchant's credentials."""

from charges.models import Attempt, AttemptState, Charge
from customers.credentials import open_processor_key
from customers.models import Merchant, PaymentOption
from gateway.base import Gateway, NotSent
from gateway.cards import Secret
from gateway.registry import choose_gateway, get_gateway


def open_gateway(name: str, sealed_key: bytes | None) -> Gateway:
    """Return the gateway of this name, acting for the merchant whose sealed processor key is given."""
    gateway = get_gateway(name)
    if sealed_key is None:
        return gateway
    return gateway.acting_for(Secret(open_processor_key(sealed_key)))


def open_gateway_for(attempt: Attempt) -> Gateway:
    """Return the gateway that an attempt was or will be sent to."""
    return open_gateway(attempt.gateway, find_key_of(attempt))


def open_gateway_of(merchant: Merchant) -> Gateway:
    """Return the gateway through which this merchant's customers pay."""
    return open_gateway(choose_gateway(livemode=True), _read_sealed_key(merchant))


def open_gateway_of_option(option: PaymentOption) -> Gateway:
    """Return the gateway that keeps a card or bank account, of a buyer or of a merchant's customer."""
    merchant = option.customer.merchant if option.customer else None
    return open_gateway(option.gateway, _read_sealed_key(merchant) if merchant else None)


def find_sealed_key(charge: Charge) -> bytes | None:
    """Return the sealed processor key of the merchant whose customer this charge is about."""
    return _read_sealed_key(charge.customer.merchant) if charge.customer else None


def find_key_of(attempt: Attempt) -> bytes | None:
    """Return the sealed processor key of the account that an attempt is on; None for the marketplace's.

    Raises NotSent when the merchant has none any more.
    """
    if not attempt.on_own_account:
        return None
    sealed = find_sealed_key(attempt.charge)
    if sealed is None:
        raise NotSent("The merchant has no credential at the processor any more.")
    return sealed


def is_on_own_account(charge: Charge) -> bool:
    """Say whether the next attempt is on the merchant's own account; a refund is where the capture was."""
    if charge.refund_of is not None:
        return charge.refund_of.attempts.get(state=AttemptState.SUCCEEDED).on_own_account
    return find_sealed_key(charge) is not None


def _read_sealed_key(merchant: Merchant) -> bytes | None:
    sealed = merchant.sealed_processor_key
    return bytes(sealed) if sealed else None
