"""The token that an attempt gives the gateway to charge, disburse or refund."""

from charges.models import AttemptState, Charge
from gateway.movements import CUSTOMER, SOURCE
from gateway.registry import choose_gateway
from gateway.sandbox_behaviours import TEST_TOKEN


def choose_source(charge: Charge) -> tuple[str, str]:
    """Return gateway and token for the next attempt; an empty token when the customer is not enrolled yet.

    A refund goes back through the gateway that captured, under the reference of the capture.
    """
    if charge.refund_of is not None:
        capture = charge.refund_of.attempts.get(state=AttemptState.SUCCEEDED)
        return capture.gateway, capture.gateway_reference or ""
    if charge.payment_option is not None:
        return charge.payment_option.gateway, charge.payment_option.gateway_token
    gateway = choose_gateway(livemode=not charge.test)
    if charge.customer is None:
        return gateway, build_test_token(charge.funding_source)
    return gateway, build_source_token(charge.customer.processor_reference, charge.funding_source)


def build_test_token(funding_source: str | None) -> str:
    """Return the token of the sandbox's card that pays a test charge without a card of its buyer."""
    return TEST_TOKEN if funding_source is None else f"{SOURCE}{funding_source}"


def build_source_token(processor_reference: str | None, funding_source: str | None) -> str:
    """Return the token of a customer's card or account as the processor names it, or of its default one.

    Empty while the processor does not know the customer.
    """
    if processor_reference is None:
        return ""
    if funding_source is not None:
        return f"{SOURCE}{funding_source}"
    return f"{CUSTOMER}{processor_reference}"
