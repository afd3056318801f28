"""The rule for a payment option that a customer may use."""

from core.errors import InvalidField
from customers.models import Customer, PaymentOption
from gateway.registry import choose_gateway


def check_option(payment_option: PaymentOption | None, customer: Customer | None) -> PaymentOption | None:
    """Return the option when this customer may pay with it. Raises InvalidField."""
    if payment_option is None:
        return None
    if customer is None or payment_option.customer_id != customer.pk or not payment_option.is_active:
        raise InvalidField("payment_option", "must be an active payment option of the customer")
    if payment_option.gateway != choose_gateway(livemode=True):
        raise InvalidField("payment_option", "is kept by a processor that is no longer used")
    return payment_option
