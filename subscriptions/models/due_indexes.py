"""Indexes of what falls due: by the wall clock, and of test buyers, which have clocks of their own."""

from django.db import models
from django.db.models import Q

# The sweeps read only what falls due by the wall clock, however much of test buyers has been left behind.
DUE_INDEXES = [
    models.Index(
        name="subscriptions_due",
        fields=["due_at", "id"],
        condition=Q(due_at__isnull=False, has_own_clock=False),
    ),
    models.Index(
        name="subscriptions_to_end",
        fields=["cancel_at"],
        condition=Q(cancel_at__isnull=False, cancelled_at=None, expired_at=None, has_own_clock=False),
    ),
    models.Index(name="sub_due_by_own_clocks", fields=["buyer", "due_at"], condition=Q(has_own_clock=True)),
    models.Index(name="sub_trials", fields=["trial_ends_at", "id"], condition=Q(trial_ends_at__isnull=False)),
]
