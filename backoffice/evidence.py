"""Evidence for a dispute: consent with its exact terms, charge and attempts, in one HTML file or a PDF."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.template.loader import render_to_string

from backoffice.charge_presenters import describe_status
from backoffice.columns import write_failure, write_instant
from backoffice.subscription_presenters import describe_price, describe_rhythm
from charges.models import Acceptance, Charge, ChargeKind, ChargeStatus, Dispute
from charges.models.consented_terms import CHARGE_TERMS, SUBSCRIPTION_TERMS, hash_terms, write_terms
from core import clock
from core.money import Money
from events.models import Event
from webhooks.models import Delivery

Facts = list[tuple[str, Any]]
EARLIER_PAYMENTS = 24


def write_evidence(dispute: Dispute) -> str:
    """Return the file. It loads nothing from elsewhere and names the payer, so hand it to the bank only."""
    return render_to_string("admin/evidence.html", {"dispute": dispute, **collect_evidence(dispute)})


def collect_evidence(dispute: Dispute) -> dict[str, Any]:
    """Return all that shows that the payment was wanted, in words."""
    charge = Charge.objects.for_display().get(pk=dispute.charge_id)
    return {
        "made_at": write_instant(clock.now()),
        "facts": _list_dispute_facts(dispute),
        "charge_facts": _list_charge_facts(charge),
        "consent": _describe_consent(charge),
        "attempts": _list_attempts(charge),
        "history": [
            {"at": write_instant(row.created_at), "change": str(row), "actor": row.actor, "why": row.reason}
            for row in charge.history.all()
        ],
        "deliveries": _list_deliveries(charge),
        "refunds": _list_payments(charge.refunds.order_by("pk")),
        "earlier": _list_payments(_find_earlier_payments(charge)),
    }


def _list_deliveries(charge: Charge) -> list[dict[str, Any]]:
    """Return what the seller was told of the charge by webhooks, and when it took note; kept for 30 days."""
    events = Event.objects.filter(object_id=charge.public_id)
    deliveries = Delivery.objects.filter(event__in=events).select_related("endpoint", "event")
    return [
        {
            "told": row.event.get_type_display(),
            "at": write_instant(row.event.occurred_at),
            "to": urlsplit(row.endpoint.url).hostname,
            "status": row.name_status(),
            "delivered": write_instant(row.delivered_at),
        }
        for row in deliveries.order_by("event__sequence", "endpoint")
    ]


def _list_dispute_facts(dispute: Dispute) -> Facts:
    return [
        ("Dispute", dispute.reference),
        ("Processor", dispute.gateway),
        ("Payment at the processor", dispute.attempt.gateway_reference),
        ("Reason given", dispute.reason),
        ("Amount", dispute.money),
        ("Opened", write_instant(dispute.opened_at)),
        ("Evidence due by", write_instant(dispute.evidence_due_by)),
    ]


def _list_charge_facts(charge: Charge) -> Facts:
    facts: Facts = [
        ("Charge", charge.public_id),
        ("What was sold", charge.name),
        ("Price", f"{Money(charge.price_minor, charge.currency)} x {charge.quantity}"),
        ("Total", charge.total),
        ("Sold by", charge.payee),
        *_name_payer(charge),
        ("Paid with", charge.payment_option),
        ("Asked for", write_instant(charge.created_at)),
        ("Decided by the payer", write_instant(charge.decided_at)),
        ("Activated by the seller", write_instant(charge.activated_at)),
        ("Collected", write_instant(charge.finished_at)),
    ]
    if charge.subscription is not None:
        facts += [
            ("Subscription", charge.subscription.public_id),
            ("Price of the subscription", describe_price(charge.subscription)),
            ("Period", charge.period),
            ("Period begins", write_instant(charge.due_at)),
        ]
    return [(name, value) for name, value in facts if value not in (None, "")]


def _name_payer(charge: Charge) -> Facts:
    if charge.customer is not None:
        return [("Customer", charge.customer)]
    return [
        ("Application", charge.order_application),
        ("Buyer", charge.buyer),
        ("Asked for by", charge.buyer_account),
    ]


def _describe_consent(charge: Charge) -> dict[str, Any] | None:
    """Return who agreed to which terms; None for a merchant's customer, who agreed with the merchant."""
    if charge.customer_id is not None:
        return None
    subject = charge.subscription or charge
    acceptances = Acceptance.objects.select_related("account", "organization")
    names: tuple[str, ...]
    if charge.subscription is not None:
        names, consent = SUBSCRIPTION_TERMS, acceptances.filter(subscription=charge.subscription).first()
    else:
        names, consent = CHARGE_TERMS, acceptances.filter(charge=charge).first()
    if consent is None:
        return None
    terms = {name: getattr(subject, name) for name in names}
    return {
        "facts": [
            ("Accepted by", consent.account),
            ("For", consent.organization),
            ("At", write_instant(consent.created_at)),
            ("From the address", consent.ip),
            ("With the browser", consent.user_agent),
            ("Language of the page", consent.language),
            ("Words above the button", consent.words),
            ("Fingerprint of the terms (SHA-256)", consent.terms_hash),
        ],
        "terms": _list_terms(terms),
        "exact": write_terms(subject.public_id, terms),
        "matches": hash_terms(subject.public_id, terms) == consent.terms_hash,
    }


def _write_flag(flag: bool) -> str:
    return "yes" if flag else "no"


def _list_terms(terms: Mapping[str, Any]) -> Facts:
    """Return accepted terms in words; the marketplace's commission, no matter of the payer's, is left out."""
    facts: Facts = [("Name", terms["name"]), ("Product", terms["product"])]
    facts.append(("Price", Money(terms["price_minor"], terms["currency"])))
    if "total_minor" in terms:
        facts += [
            ("Quantity", terms["quantity"]),
            ("Total", Money(terms["total_minor"], terms["currency"])),
        ]
    if "frequency" in terms:
        facts += [
            ("Paid", describe_rhythm(terms["frequency"], terms["interval"])),
            ("Days of trial", terms["trial_days"]),
        ]
    return [
        *facts,
        ("For each account", _write_flag(terms["per_account"])),
        ("Test", _write_flag(terms["test"])),
    ]


def _list_attempts(charge: Charge) -> list[dict[str, Any]]:
    return [
        {
            "number": attempt.number,
            "state": attempt.get_state_display(),
            "amount": attempt.money,
            "sent": write_instant(attempt.sent_at),
            "resolved": write_instant(attempt.resolved_at),
            "reference": attempt.gateway_reference,
            "said": write_failure(attempt.message, attempt.code),
        }
        for attempt in charge.attempts.order_by("number")
    ]


def _find_earlier_payments(charge: Charge) -> QuerySet[Charge]:
    """Return what the same payer paid for the same subscription before, the newest first."""
    if charge.subscription_id is None:
        return Charge.objects.none()
    paid = Charge.objects.filter(
        subscription=charge.subscription_id, kind=ChargeKind.CHARGE, status=ChargeStatus.SUCCESS
    )
    return paid.filter(pk__lt=charge.pk).order_by("-pk")[:EARLIER_PAYMENTS]


def _list_payments(charges: QuerySet[Charge]) -> list[dict[str, Any]]:
    return [
        {
            "id": charge.public_id,
            "status": describe_status(charge),
            "amount": charge.total,
            "at": write_instant(charge.finished_at),
        }
        for charge in charges
    ]
