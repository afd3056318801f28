"""Making buyer organisations known to the processor before they enter a card there."""

from core.processor_keys import buyer_key
from customers.models import Organization, ProcessorRecord
from gateway.registry import get_gateway


def provide_record(organization_id: int, *, gateway: str) -> str:
    """Return the processor's name of a buyer, of whom it opens a record the first time.

    The key is the buyer's, so that two at once lead to one record. Call it outside of transactions. Raises
    GatewayError.
    """
    known = ProcessorRecord.objects.filter(organization_id=organization_id, gateway=gateway)
    reference = known.values_list("reference", flat=True).first()
    if reference is not None:
        return reference
    public_id = Organization.objects.values_list("public_id", flat=True).get(pk=organization_id)
    opened = get_gateway(gateway).create_customer(key=buyer_key(public_id))
    record, _ = ProcessorRecord.objects.get_or_create(
        organization_id=organization_id, gateway=gateway, defaults={"reference": opened}
    )
    return record.reference
