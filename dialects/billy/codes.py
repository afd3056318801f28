"""Billy's words for the kinds of plans and transactions."""

from collections.abc import Mapping

from charges.models import ChargeKind
from subscriptions.models import PlanKind

PLAN_TYPES: Mapping[str, PlanKind] = {"charge": PlanKind.CHARGE, "payout": PlanKind.DISBURSEMENT}
TRANSACTION_TYPES: Mapping[str, str] = {
    ChargeKind.CHARGE: "charge",
    ChargeKind.DISBURSEMENT: "payout",
    ChargeKind.REFUND: "refund",
}
