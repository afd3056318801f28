"""Indexes of charges for the searches and lists of staff."""

from django.db import models
from django.db.models import Q

from charges.models.labels import ChargeStatus

STAFF_INDEXES = [
    models.Index(name="charges_by_amount", fields=["total_minor", "currency", "-id"]),
    models.Index(name="charges_of_a_seller", fields=["payee", "-id"]),
    models.Index(name="charges_that_failed", fields=["-id"], condition=~Q(failure_code="")),
    models.Index(
        name="charges_not_collected",
        fields=["status", "-id"],
        condition=Q(status__in=[ChargeStatus.PENDING, ChargeStatus.DECLINED, ChargeStatus.FAILED]),
    ),
    models.Index(name="charges_of_tests", fields=["-id"], condition=Q(test=True)),
    models.Index(name="charges_by_day", fields=["created_at", "id"]),
    models.Index(name="charges_that_hold", fields=["holds_until"], condition=Q(status=ChargeStatus.ACCEPTED)),
]
