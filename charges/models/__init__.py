"""Direct charges, the buyer's consent, every attempt to collect, and the history of it all."""

from charges.models.attempt import LIVE_STATES, Attempt, AttemptState
from charges.models.card_tries import CardTesting, CardTry
from charges.models.charge import MAX_AMOUNT_MINOR, MAX_QUANTITY, Charge
from charges.models.consent import Acceptance, StatusChange
from charges.models.disputes import Dispute, DisputeChange, DisputeStatus, FeePayer, UnbookedDispute
from charges.models.events import EventSubject, ProcessorEvent
from charges.models.fees import AttemptFee
from charges.models.labels import ChargeKind, ChargeStatus
from charges.models.refund_requests import RefundRequest

__all__ = (
    "LIVE_STATES",
    "MAX_AMOUNT_MINOR",
    "MAX_QUANTITY",
    "Acceptance",
    "Attempt",
    "AttemptFee",
    "AttemptState",
    "CardTesting",
    "CardTry",
    "Charge",
    "ChargeKind",
    "ChargeStatus",
    "Dispute",
    "DisputeChange",
    "DisputeStatus",
    "EventSubject",
    "FeePayer",
    "ProcessorEvent",
    "RefundRequest",
    "StatusChange",
    "UnbookedDispute",
)
