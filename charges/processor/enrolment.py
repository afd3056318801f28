"""Making customers known to the processor before money moves for the first time."""

import structlog

from charges.models import Charge
from charges.processor.gateway_for import find_sealed_key, open_gateway
from core.processor_keys import customer_key
from customers.models import Customer
from gateway.registry import choose_gateway

log = structlog.get_logger(__name__)


def enrol_customer(charge_id: int) -> None:
    """Have the processor open a record of a charge's customer if it has none, and keep its name.

    The key is the customer's, so that doing it twice leads to one record. A failure is logged only: the
    attempt that follows cannot be sent and tells of it. A payment option or a refund needs no record.
    """
    charges = Charge.objects.due().filter(
        customer__processor_reference=None, customer__isnull=False, payment_option=None, refund_of=None
    )
    charge = charges.select_related("customer__merchant").filter(pk=charge_id).first()
    if charge is None or charge.customer is None:
        return
    gateway = open_gateway(choose_gateway(livemode=not charge.test), find_sealed_key(charge))
    try:
        reference = gateway.create_customer(key=customer_key(charge.customer.public_id))
    except Exception:
        log.warning("customer cannot be enrolled", customer=charge.customer.pk, exc_info=True)
        return
    unknown = Customer.objects.filter(pk=charge.customer.pk, processor_reference=None)
    unknown.update(processor_reference=reference)
