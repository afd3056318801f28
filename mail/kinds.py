"""The kinds of mails, and which of them a person may stop."""

from django.db import models


class Kind(models.TextChoices):
    """What a mail is about; each has a template of its name in templates/mail."""

    RECEIPT = "receipt", "Receipt"
    TRIAL_ENDS = "trial_ends", "A trial ends soon"
    PAYMENT_FAILED = "payment_failed", "A payment failed"
    CONFIRM_PAYMENT = "confirm_payment", "A payment must be confirmed"
    CARD_EXPIRES = "card_expires", "A card expires next month"
    SUBSCRIPTION_FROZEN = "subscription_frozen", "A subscription stopped"
    SUBSCRIPTION_CANCELLED = "subscription_cancelled", "A subscription was cancelled"
    SUBSCRIPTION_ENDED = "subscription_ended", "A subscription came to its end"
    REFUNDED = "refunded", "Money was given back"
    FIRST_SALE = "first_sale", "The first sale of an app"
    ENDPOINT_FAILING = "endpoint_failing", "A webhook endpoint fails"
    ENDPOINT_DISABLED = "endpoint_disabled", "A webhook endpoint was switched off"
    DISPUTE_OPENED = "dispute_opened", "A payment is disputed"
    DISPUTE_WON = "dispute_won", "A dispute was won"
    DISPUTE_LOST = "dispute_lost", "A dispute was lost"
    STAFF_DIGEST = "staff_digest", "Something needs a person"


# All others are owed by contract or law, or somebody would lose money without them.
OPTIONAL = frozenset({Kind.CARD_EXPIRES, Kind.FIRST_SALE, Kind.ENDPOINT_FAILING, Kind.STAFF_DIGEST})
