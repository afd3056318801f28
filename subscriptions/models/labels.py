"""Statuses of subscriptions."""

from django.db import models


class SubscriptionStatus(models.TextChoices):
    """The life of a subscription."""

    PENDING = "pending", "Awaiting the buyer"
    ACCEPTED = "accepted", "Accepted by the buyer"
    DECLINED = "declined", "Declined by the buyer"
    PROCESSED = "processed", "First payment to come"
    ACTIVE = "active", "Paid for"
    PAST_DUE = "past_due", "Payment being retried"
    FROZEN = "frozen", "Could not be collected"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Paid to its end"


RUNNING = (SubscriptionStatus.PROCESSED, SubscriptionStatus.ACTIVE, SubscriptionStatus.PAST_DUE)
ENDING = (*RUNNING, SubscriptionStatus.FROZEN)
