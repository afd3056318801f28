"""Taking back what stands on a customer's account, so that nothing more is collected for it."""

from django.db import transaction

from charges.history import give_up_charges
from charges.models import Charge, ChargeStatus
from ledger.errors import NotReversible
from ledger.reversal import reverse_transaction
from ledger.statements import CustomerTransaction, is_of_a_dispute
from subscriptions.locking import lock_subscriptions

REASON = "The invoice was reversed."


@transaction.atomic
def reverse_entry(transaction_id: int, *, creator: str) -> CustomerTransaction:
    """Reverse all that is left of a transaction in which no gateway had a part; return the reversal.

    What waits to be collected for it is given up; what is with the gateway at this moment is still booked.
    The chargeback of a dispute is taken back by its end alone: asking for it is refused. Raises NotReversible
    and what else ledger.reversal.reverse_transaction raises.
    """
    if is_of_a_dispute(transaction_id):
        raise NotReversible
    waiting = Charge.objects.filter(invoice=transaction_id, status=ChargeStatus.PROCESSED)
    lock_subscriptions(set(waiting.values_list("subscription_id", flat=True)))
    give_up_charges(waiting, actor=creator, reason=REASON)
    return reverse_transaction(transaction_id, creator=creator)
