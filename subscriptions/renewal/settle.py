"""Move subscriptions along with the payment of their periods, in the transaction that settles it."""

from collections.abc import Collection, Sequence

from charges.history import SYSTEM
from charges.rows import PeriodPayment
from core.bulk import list_columns, run_query, write_array
from subscriptions.history import write_moves
from subscriptions.renewal.outcomes import apply_payment
from subscriptions.rows import SubscriptionRow

LOCK = f"""
SELECT {list_columns("s", SubscriptionRow)} FROM subscriptions_subscription s
WHERE id IN (
    SELECT c.subscription_id FROM charges_attempt a JOIN charges_charge c ON c.id = a.charge_id
    WHERE a.id = ANY(%s::bigint[])
    UNION ALL
    SELECT subscription_id FROM charges_charge WHERE id = ANY(%s::bigint[])
)
ORDER BY id FOR NO KEY UPDATE OF s
"""


class PeriodPayments:
    """The listener of settlements, named by settings.SETTLEMENT_LISTENER."""

    def __init__(self, *, attempt_ids: Collection[int] = (), charge_ids: Collection[int] = ()) -> None:
        """Lock the subscriptions that these pay for; charges, attempts and accounts are locked afterwards."""
        rows = run_query(LOCK, [write_array(attempt_ids), write_array(charge_ids)])
        self._locked = {row.id: row for row in map(SubscriptionRow._make, rows)}

    def apply(self, payments: Sequence[PeriodPayment]) -> None:
        """Write what these payments change, one after the other where several are for one subscription."""
        moves = []
        for payment in payments:
            move = apply_payment(self._locked[payment.subscription_id], payment)
            if move is not None:
                self._locked[payment.subscription_id] = move.after
                moves.append(move)
        write_moves(moves, actor=SYSTEM)
