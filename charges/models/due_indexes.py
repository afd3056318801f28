"""Indexes of what is due for collection: by the wall clock, and of test buyers."""

from django.db import models
from django.db.models import Q

DUE_INDEXES = [
    models.Index(
        name="charges_due", fields=["collect_at"], condition=Q(collect_at__isnull=False, has_own_clock=False)
    ),
    models.Index(
        name="charges_due_by_own_clocks", fields=["buyer", "collect_at"], condition=Q(has_own_clock=True)
    ),
]
