"""Statuses and kinds of charges."""

from django.db import models


class ChargeStatus(models.TextChoices):
    """The life of a direct charge."""

    PENDING = "pending", "Awaiting the buyer"
    ACCEPTED = "accepted", "Accepted by the buyer"
    DECLINED = "declined", "Declined by the buyer"
    PROCESSED = "processed", "Being collected"
    SUCCESS = "success", "Collected"
    FAILED = "failed", "Could not be collected"


class ChargeKind(models.TextChoices):
    """Which way the money goes."""

    CHARGE = "charge", "From the payer to us"
    DISBURSEMENT = "disbursement", "From us to a customer"
    REFUND = "refund", "Back to who paid"
