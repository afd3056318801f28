"""Direct charges, the buyer's consent, every attempt to collect, and the history of it all."""

from charges.models.attempt import LIVE_STATES, Attempt, AttemptState
from charges.models.card_tries import CardTesting, CardTry
from charges.models.charge import MAX_AMOUNT_MINOR, MAX_QUANTITY, Charge
from charges.models.consent import Acceptance, PageShown, StatusChange
from charges.models.disputes import Dispute, DisputeChange, DisputeStatus, FeePayer, UnbookedDispute
from charges.models.events import EventSubject, ProcessorEvent
from charges.models.fees import AttemptFee
from charges.models.given_back import WRITTEN_OFF
from charges.models.labels import ChargeKind, ChargeStatus
from charges.models.refund_requests import RefundRequest
from charges.models.reviews import AttemptReview, ReviewOutcome

__all__ = (
    "LIVE_STATES",
    "MAX_AMOUNT_MINOR",
    "MAX_QUANTITY",
    "WRITTEN_OFF",
    "Acceptance",
    "Attempt",
    "AttemptFee",
    "AttemptReview",
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
    "PageShown",
    "ProcessorEvent",
    "RefundRequest",
    "ReviewOutcome",
    "StatusChange",
    "UnbookedDispute",
)
