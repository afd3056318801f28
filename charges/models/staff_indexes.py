"""Indexes of charges for the searches and lists of staff."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q

from charges.models.labels import ChargeStatus

TOTALLED = ["kind", "currency", "total_minor", "test"]  # What a list adds up, read from the index alone.
FAILED = ~Q(failure_code="")
STAFF_INDEXES = [
    models.Index(name="charges_by_amount", fields=["total_minor", "currency", "-id"]),
    models.Index(name="charges_of_a_seller", fields=["payee", "-id"]),
    models.Index(
        name="failed_charges_by_day", fields=["created_at", "id"], include=TOTALLED, condition=FAILED
    ),
    models.Index(
        name="failed_charges_by_reason",
        fields=["failure_code", "created_at", "id"],
        include=TOTALLED,
        condition=FAILED,
    ),
    models.Index(
        name="not_collected_by_day",
        fields=["status", "created_at", "id"],
        include=TOTALLED,
        condition=Q(status__in=[ChargeStatus.PENDING, ChargeStatus.DECLINED, ChargeStatus.FAILED]),
    ),
    models.Index(name="charges_of_tests", fields=["-id"], condition=Q(test=True)),
    models.Index(name="charges_by_day", fields=["created_at", "id"]),
    # What subscriptions sold is found by theirs: renewal pays for none.
    GinIndex(SearchVector("name", config="simple"), name="charges_by_words", condition=Q(subscription=None)),
    models.Index(name="charges_that_hold", fields=["holds_until"], condition=Q(status=ChargeStatus.ACCEPTED)),
]
