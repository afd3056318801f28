"""The events of disputes: one when it is opened, one when it is decided."""

from datetime import datetime

from charges.models import Charge, Dispute, DisputeStatus
from events.types import ObjectType, name_event
from events.writer import NewEvent, write_events, write_snapshot


def tell_dispute(dispute: Dispute, charge: Charge, *, at: datetime) -> None:
    """Write the event of the status that a dispute has just got, at an instant (UTC); amounts are cents."""
    snapshot = {
        "status": dispute.status,
        "charge": str(charge.public_id),
        "amount": dispute.amount_minor,
        "currency": dispute.currency,
    }
    event = NewEvent(
        type=name_event(ObjectType.DISPUTE, dispute.status),
        object_type=ObjectType.DISPUTE,
        object_id=dispute.public_id,
        sequence=1 if dispute.status == DisputeStatus.OPENED else 2,
        application_id=charge.order_application_id,
        organization_id=charge.payee_id,
        buyer_id=charge.buyer_id,
        livemode=dispute.livemode,
        occurred_at=at,
        snapshot=write_snapshot(snapshot),
    )
    write_events([event])
