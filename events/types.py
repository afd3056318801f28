"""The types of events: the words in which this server tells what has happened."""

from functools import cache

from django.db import models


class ObjectType(models.TextChoices):
    """What an event is about."""

    CHARGE = "charge", "Charge"
    REFUND = "refund", "Refund"
    DISBURSEMENT = "disbursement", "Disbursement"
    SUBSCRIPTION = "subscription", "Subscription"
    DISPUTE = "dispute", "Dispute"
    PAYOUT = "payout", "Payout to a seller"
    PAYOUT_SETTINGS = "payout_settings", "Where, how or when payouts to a seller are made"
    ENDPOINT = "endpoint", "Webhook endpoint"
    INVOICE = "invoice", "Tax invoice"
    CREDIT_NOTE = "credit_note", "Credit note"
    INSTALLATION = "installation", "Installation of an application"


class EventType(models.TextChoices):
    """What has happened."""

    CHARGE_CREATED = "charge.created", "A charge was asked for"
    CHARGE_ACCEPTED = "charge.accepted", "The buyer accepted a charge"
    CHARGE_DECLINED = "charge.declined", "The buyer declined a charge"
    CHARGE_ACTIVATED = "charge.activated", "Collecting a charge began"
    CHARGE_PAYMENT_FAILED = "charge.payment_failed", "A payment failed and is tried again"
    CHARGE_CONFIRMATION_REQUIRED = "charge.confirmation_required", "The payer must confirm a payment"
    CHARGE_SUCCEEDED = "charge.succeeded", "A charge was collected"
    CHARGE_FAILED = "charge.failed", "A charge could not be collected"
    REFUND_CREATED = "refund.created", "A refund was asked for"
    REFUND_PAYMENT_FAILED = "refund.payment_failed", "A refund failed and is tried again"
    REFUND_SUCCEEDED = "refund.succeeded", "A refund was paid"
    REFUND_FAILED = "refund.failed", "A refund could not be paid"
    DISBURSEMENT_CREATED = "disbursement.created", "A disbursement was asked for"
    DISBURSEMENT_ACCEPTED = "disbursement.accepted", "A disbursement was agreed"
    DISBURSEMENT_ACTIVATED = "disbursement.activated", "Paying a disbursement began"
    DISBURSEMENT_PAYMENT_FAILED = "disbursement.payment_failed", "A disbursement failed and is tried again"
    DISBURSEMENT_SUCCEEDED = "disbursement.succeeded", "A disbursement was paid"
    DISBURSEMENT_FAILED = "disbursement.failed", "A disbursement could not be paid"
    SUBSCRIPTION_CREATED = "subscription.created", "A subscription was asked for"
    SUBSCRIPTION_ACCEPTED = "subscription.accepted", "The buyer accepted a subscription"
    SUBSCRIPTION_DECLINED = "subscription.declined", "The buyer declined a subscription"
    SUBSCRIPTION_ACTIVATED = "subscription.activated", "A subscription, or its trial, began"
    SUBSCRIPTION_RENEWED = "subscription.renewed", "A period of a subscription is paid"
    SUBSCRIPTION_PAST_DUE = "subscription.past_due", "A payment failed; the subscription is past due"
    SUBSCRIPTION_FROZEN = "subscription.frozen", "A subscription stopped: a payment failed for good"
    SUBSCRIPTION_HELD = "subscription.held", "A subscription is not billed until staff have looked at it"
    SUBSCRIPTION_CHANGED = "subscription.changed", "A subscription was changed, retried or released"
    SUBSCRIPTION_ENDING = "subscription.ending", "A subscription is to end at an instant to come"
    SUBSCRIPTION_KEPT = "subscription.kept", "A subscription that was to end goes on"
    SUBSCRIPTION_CANCELLED = "subscription.cancelled", "A subscription was cancelled"
    SUBSCRIPTION_EXPIRED = "subscription.expired", "Every agreed period of a subscription is paid"
    DISPUTE_OPENED = "dispute.opened", "The payer's bank took a payment back for now"
    DISPUTE_WON = "dispute.won", "The bank gave the payment back"
    DISPUTE_LOST = "dispute.lost", "The payer keeps the money"
    PAYOUT_REQUESTED = "payout.requested", "A payout was asked for, or must be approved anew"
    PAYOUT_APPROVED = "payout.approved", "A second person approved a payout"
    PAYOUT_SENT = "payout.sent", "A payout is on its way"
    PAYOUT_SETTLED = "payout.settled", "A payout was paid"
    PAYOUT_RETURNED = "payout.returned", "A payout was not paid, or came back"
    PAYOUT_REJECTED = "payout.rejected", "A payout was rejected"
    PAYOUT_CANCELLED = "payout.cancelled", "A payout was taken back"
    PAYOUT_SETTINGS_CHANGED = (
        "payout_settings.changed",
        "It was changed where, how or when payouts are made",
    )
    INVOICE_ISSUED = "invoice.issued", "A tax invoice was issued for a collected charge"
    CREDIT_NOTE_ISSUED = "credit_note.issued", "A credit note was issued for what was given back"
    INSTALLATION_STARTED = "installation.started", "An organisation let an application act for it"
    INSTALLATION_ENDED = "installation.ended", "An organisation took an application's access away"
    ENDPOINT_TESTED = "endpoint.tested", "Somebody tries out a webhook endpoint"
    ENDPOINT_FAILING = "endpoint.failing", "Nothing has reached a webhook endpoint for a day"
    ENDPOINT_DISABLED = "endpoint.disabled", "Nothing is sent to a webhook endpoint any more"


# The steps of every purchase and renewal, about which nobody is mailed.
ROUTINE = [
    EventType.CHARGE_CREATED,
    EventType.CHARGE_ACCEPTED,
    EventType.CHARGE_DECLINED,
    EventType.CHARGE_ACTIVATED,
    EventType.SUBSCRIPTION_CREATED,
    EventType.SUBSCRIPTION_ACCEPTED,
    EventType.SUBSCRIPTION_DECLINED,
    EventType.SUBSCRIPTION_ACTIVATED,
    EventType.SUBSCRIPTION_RENEWED,
    EventType.SUBSCRIPTION_PAST_DUE,
    EventType.SUBSCRIPTION_CHANGED,
]


# Money that arrived or went back, for which papers are issued.
PAYMENTS = (EventType.CHARGE_SUCCEEDED.value, EventType.REFUND_SUCCEEDED.value)


@cache
def name_event(object_type: str, verb: str) -> EventType:
    """Return the type of an event by what it is about and what happened.

    Raises ValueError for one that is not listed.
    """
    return EventType(f"{object_type}.{verb}")
