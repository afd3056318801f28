"""The kinds of mails, and which of them a person may stop."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What a mail is about; each has a template of its name in templates/mail."""

    RECEIPT = "receipt", _("Receipt")
    TRIAL_ENDS = "trial_ends", _("A trial ends soon")
    PAYMENT_FAILED = "payment_failed", _("A payment failed")
    CONFIRM_PAYMENT = "confirm_payment", _("A payment must be confirmed")
    CARD_EXPIRES = "card_expires", _("A card expires next month")
    SUBSCRIPTION_FROZEN = "subscription_frozen", _("A subscription stopped")
    SUBSCRIPTION_ENDING = "subscription_ending", _("A subscription is to end")
    SUBSCRIPTION_KEPT = "subscription_kept", _("A subscription goes on")
    SUBSCRIPTION_CANCELLED = "subscription_cancelled", _("A subscription was cancelled")
    SUBSCRIPTION_ENDED = "subscription_ended", _("A subscription came to its end")
    REFUNDED = "refunded", _("Money was given back")
    FIRST_SALE = "first_sale", _("The first sale of an app")
    ENDPOINT_FAILING = "endpoint_failing", _("A webhook endpoint fails")
    ENDPOINT_DISABLED = "endpoint_disabled", _("A webhook endpoint was switched off")
    DISPUTE_OPENED = "dispute_opened", _("A payment is disputed")
    DISPUTE_WON = "dispute_won", _("A dispute was won")
    DISPUTE_LOST = "dispute_lost", _("A dispute was lost")
    PAYOUT_PAID = "payout_paid", _("A payout was paid")
    PAYOUT_RETURNED = "payout_returned", _("A payout was not paid, or came back")
    PAYOUT_SETTINGS = "payout_settings", _("Payouts were changed")
    SIGN_UP = "sign_up", _("Confirming an address")
    SIGN_UP_DECIDED = "sign_up_decided", _("A sign-up was decided")
    INVITATION = "invitation", _("An invitation to the console")
    APPLICATION_DECIDED = "application_decided", _("An app was approved or refused")
    STAFF_DIGEST = "staff_digest", _("Something needs attention")


# All others are owed by contract or law, or somebody would lose money without them.
OPTIONAL = frozenset({Kind.CARD_EXPIRES, Kind.FIRST_SALE, Kind.ENDPOINT_FAILING, Kind.STAFF_DIGEST})
