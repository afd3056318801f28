"""Taking back what stands on a customer's account, so that nothing more is collected for it."""

from django.db import transaction

from charges.history import give_up_charge
from charges.models import LIVE_STATES, Charge, ChargeStatus
from core import clock
from ledger.reversal import reverse_transaction
from ledger.statements import CustomerTransaction
from subscriptions.locking import lock_subscription

REASON = "The invoice was reversed."


@transaction.atomic
def reverse_entry(transaction_id: int, *, creator: str) -> CustomerTransaction:
    """Reverse all that is left of a transaction in which no gateway had a part; return the reversal.

    What waits to be collected for it is given up; what is with the gateway at this moment is still booked.
    Raises what ledger.reversal.reverse_transaction raises.
    """
    waiting = Charge.objects.filter(invoice=transaction_id, status=ChargeStatus.PROCESSED).order_by("pk")
    for subscription_id in waiting.values_list("subscription_id", flat=True):
        if subscription_id is not None:
            lock_subscription(subscription_id)
    for charge in waiting.select_for_update(no_key=True):
        if charge.attempts.filter(state__in=LIVE_STATES).exists():
            charge.given_up_at = charge.updated_at = clock.now()
            charge.save(update_fields=["given_up_at", "updated_at"])
        else:
            give_up_charge(charge, actor=creator, reason=REASON)
    return reverse_transaction(transaction_id, creator=creator)
