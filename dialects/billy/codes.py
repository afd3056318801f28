"""Billy's words for the kinds of plans and transactions."""

from collections.abc import Mapping

from charges.models import ChargeKind
from subscriptions.models import PlanKind

PLAN_TYPES: Mapping[str, PlanKind] = {
    "charge": PlanKind.CHARGE,
    "payout": PlanKind.DISBURSEMENT,
    "debit": PlanKind.CHARGE,  # So Billy called them later.
    "credit": PlanKind.DISBURSEMENT,
}
TRANSACTION_TYPES: Mapping[str, str] = {
    ChargeKind.CHARGE: "charge",
    ChargeKind.DISBURSEMENT: "payout",
    ChargeKind.REFUND: "refund",
}
# The words of a later Billy, for what only it had.
INVOICE_TYPES: Mapping[str, str] = {ChargeKind.CHARGE: "debit", ChargeKind.DISBURSEMENT: "credit"}
INVOICE_STATUSES: Mapping[str, str] = {
    "init": "processing",
    "retrying": "processing",
    "done": "settled",
    "failed": "failed",
    "canceled": "canceled",
}
