"""Moving the money of a subscription while the caller waits for it."""

from charges.collection.single import collect_charge
from charges.models import Charge


def collect_now(subscription_id: int) -> None:
    """Collect what is due of a subscription at this moment: a first period, a refund.

    Call it outside of transactions. Whatever goes wrong at the processor is in the charge afterwards; what
    another process has taken up meanwhile is left to it.
    """
    due = Charge.objects.due().filter(subscription_id=subscription_id)
    for charge_id in list(due.values_list("pk", flat=True)):
        collect_charge(charge_id)
