"""The words of each version for the status of a recurrent charge, and the rows that a word finds."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Q

from core import clock
from subscriptions.models import SubscriptionStatus
from subscriptions.models.queries import SubscriptionQuerySet

S = SubscriptionStatus
# Ours is processed; a client has to know whether it is in its trial or awaits its first payment.
TRIAL = "trial"
# An app's subscription has no agreed end, so it never expires.
_SAME = {status.value: (status.value,) for status in (S.PENDING, S.ACCEPTED, S.DECLINED)}
_ENDED = {status.value: (status.value,) for status in (S.FROZEN, S.CANCELLED)}
V3_STATUSES: Mapping[str, Sequence[str]] = {
    **_SAME,
    S.ACTIVE.value: (S.ACTIVE, TRIAL),
    S.PAST_DUE.value: (S.PAST_DUE, S.PROCESSED),
    **_ENDED,
}
OLD_STATUSES: Mapping[str, Sequence[str]] = {
    **_SAME,
    S.ACTIVE.value: (S.ACTIVE, S.PAST_DUE, S.PROCESSED, TRIAL),
    **_ENDED,
}


def name_status(status: str, trial_ends_at: datetime | None, words: Mapping[str, Sequence[str]]) -> str:
    """Return the word by which a version knows our status, given the end (UTC) of the trial."""
    in_trial = status == S.PROCESSED and trial_ends_at is not None and clock.now() < trial_ends_at
    ours = TRIAL if in_trial else status
    return next(word for word, meant in words.items() if ours in meant)


def filter_by_meaning(rows: SubscriptionQuerySet, meant: Sequence[str]) -> SubscriptionQuerySet:
    """Keep the subscriptions in one of the statuses that a client's word means."""
    in_trial = Q(status=S.PROCESSED, trial_ends_at__gt=clock.now())
    found = Q(status__in=[status for status in meant if status != TRIAL])
    return rows.filter(found | in_trial if TRIAL in meant else found & ~in_trial)
