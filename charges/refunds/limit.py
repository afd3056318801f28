"""How much of a charge can be given back without a second person."""

from django.conf import settings
from django.db.models import Sum

from charges.models import Charge, ChargeStatus


def count_free(charge: Charge) -> int | None:
    """Return the cents that one person may still give back of a charge; None for a test, where any may be.

    All refunds of a charge count together, so that a large one in small parts is a large one. The caller has
    locked the charge; the database holds the same of charges of buyers (`charges.models.given_back`).
    """
    if charge.test:
        return None
    given_back = charge.refunds.exclude(status=ChargeStatus.FAILED).aggregate(
        sum=Sum("total_minor", default=0)
    )
    return max(settings.REFUND_APPROVAL_LIMIT.get(charge.currency, 0) - int(given_back["sum"]), 0)
