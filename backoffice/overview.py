"""Numbers that need a look, for the first page of the admin."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Min, Q
from django.urls import reverse

from access.models import SignUp, SignUpStatus
from approvals.models import Approval, ApprovalStatus
from backoffice.book_concerns import count_differences, count_open_months
from backoffice.columns import write_instant
from backoffice.concern import MANY, NONE_DUE, Concern, count, write_count
from backoffice.invariant_concerns import count_broken_invariants
from backoffice.questions import ACCEPTED, COLLECTING, DUE, FROZEN_LATELY, HELD, LATELY
from backoffice.tax_concerns import count_ending_rates, count_held_invoices
from charges.models import Attempt, AttemptState, CardTesting, Charge, Dispute, DisputeStatus
from core import clock
from customers.models import Application, ReviewStatus
from mail.models import Mail
from payouts.models import Payout, PayoutMethod, PayoutStatus
from subscriptions.models import Subscription, SubscriptionStatus
from webhooks.models import Delivery, DisabledReason, Endpoint

BOTH = "both"  # Test money is counted, too; the lists hide it otherwise.
OVERDUE = timedelta(minutes=2)
# A server that is away is called again every minute.
OVERDUE_MAIL = timedelta(minutes=10)
# Filters of the lists in backoffice/admin/webhooks.py.
FAILING, OFF, TRIED = "failing", "off", "tried"
# And of the list in backoffice/admin/mails.py.
WAITING, GIVEN_UP = "waiting", "failed"
MAILS = "admin:mail_mail_changelist"
PAYOUTS = "admin:payouts_payout_changelist"
SUBSCRIPTIONS = "admin:subscriptions_subscription_changelist"


def list_concerns(user: User | AnonymousUser) -> list[Concern]:
    """Return the figures that this person may see; none is counted beyond MANY."""
    figures = (list_them() for permission, list_them in FIGURES.items() if user.has_perm(permission))
    return [concern for concerns in figures for concern in concerns]


def _oldest_due_charge() -> Concern:
    oldest = Charge.objects.due().order_by().aggregate(oldest=Min("collect_at"))["oldest"]
    return Concern(
        title="Oldest charge due",
        value=write_instant(oldest) or NONE_DUE,
        address=reverse("admin:charges_charge_changelist", query={"look": COLLECTING.name, "mode": BOTH}),
        alarming=oldest is not None and (clock.now() - oldest).total_seconds() > 120,
    )


def _accepted_charges() -> Concern:
    return Concern(
        title="Charges accepted, not activated",
        value=write_count(count(Charge.objects.filter(ACCEPTED.answer()))),
        address=reverse("admin:charges_charge_changelist", query={"look": ACCEPTED.name, "mode": BOTH}),
        alarming=False,
    )


def _oldest_due_renewal() -> Concern:
    oldest = Subscription.objects.due(clock.now()).values_list("due_at", flat=True).first()
    return Concern(
        title="Oldest renewal due",
        value=write_instant(oldest) or NONE_DUE,
        address=reverse(SUBSCRIPTIONS, query={"look": DUE.name, "mode": BOTH}),
        alarming=oldest is not None and (clock.now() - oldest).total_seconds() > 120,
    )


def _troubled_subscriptions() -> Iterator[Concern]:
    past_due = SubscriptionStatus.PAST_DUE
    for title, rows, filters in (
        ("Subscriptions held for a person", HELD.answer(), {"look": HELD.name}),
        ("Subscriptions past due", Q(status=past_due), {"status__exact": past_due}),
        ("Subscriptions frozen in the last 7 days", FROZEN_LATELY.answer(), {"look": FROZEN_LATELY.name}),
        ("Subscriptions accepted, not activated", ACCEPTED.answer(), {"look": ACCEPTED.name}),
    ):
        found = count(Subscription.objects.filter(rows))
        yield Concern(
            title=title,
            value=write_count(found),
            address=reverse(SUBSCRIPTIONS, query={**filters, "mode": BOTH}),
            alarming=found > 0 and filters == {"look": HELD.name},
        )


def _attempts(title: str, state: AttemptState) -> Concern:
    found = count(Attempt.objects.filter(state=state))
    return Concern(
        title=title,
        value=write_count(found),
        address=reverse("admin:charges_attempt_changelist", query={"state__exact": state, "mode": BOTH}),
        alarming=found > 0 and state == AttemptState.NEEDS_REVIEW,
    )


def _waiting_approvals() -> Concern:
    found = count(Approval.objects.filter(status=ApprovalStatus.REQUESTED))
    return Concern(
        title="Requests that wait for a second person",
        value=write_count(found),
        address=reverse(
            "admin:approvals_approval_changelist", query={"status__exact": ApprovalStatus.REQUESTED}
        ),
        alarming=False,
    )


def _open_disputes() -> Concern:
    """Disputes with the day until which the first of them can be answered."""
    due = (
        Dispute.objects.filter(status=DisputeStatus.OPENED)
        .order_by()
        .values_list("evidence_due_by")[: MANY + 1]
    )
    days = [day for (day,) in due if day is not None]
    return Concern(
        title="Disputes to answer",
        value=write_count(len(due)),
        address=reverse(
            "admin:charges_dispute_changelist", query={"status__exact": DisputeStatus.OPENED, "mode": BOTH}
        ),
        alarming=len(due) > 0,
        remark=_tell_due(min(days)) if days else "",
    )


def _tell_due(day: datetime) -> str:
    words = "the first by" if day > clock.now() else "too late for the first since"
    return f"{words} {write_instant(day)}"


def _slowed_tries() -> Concern:
    found = count(CardTesting.objects.filter(last_refused_at__gt=clock.now() - timedelta(days=1)))
    return Concern(
        title="Slowed for card testing in the last 24 hours",
        value=write_count(found),
        address=reverse("admin:charges_cardtesting_changelist"),
        alarming=found > 0,
    )


def _failing_endpoints() -> Concern:
    found = count(Endpoint.objects.served().filter(failing_since__isnull=False))
    return Concern(
        title="Webhook endpoints that fail",
        value=write_count(found),
        address=reverse("admin:webhooks_endpoint_changelist", query={"look": FAILING}),
        alarming=found > 0,
    )


def _endpoints_switched_off() -> Concern:
    by_us = Q(disabled_reason__in=[DisabledReason.GONE, DisabledReason.FAILING])
    found = count(Endpoint.objects.kept().filter(by_us, disabled_at__isnull=False))
    return Concern(
        title="Webhook endpoints switched off for failing",
        value=write_count(found),
        address=reverse("admin:webhooks_endpoint_changelist", query={"look": OFF}),
        alarming=False,
    )


def _overdue_deliveries() -> Concern:
    served = Endpoint.objects.served().filter(failing_since=None)
    overdue = Delivery.objects.filter(due_at__lt=clock.now() - OVERDUE, endpoint__in=served)
    found = count(overdue)
    return Concern(
        title="Webhooks that nobody sends",
        value=write_count(found),
        address=reverse("admin:webhooks_delivery_changelist", query={"outcome": TRIED}),
        alarming=found > 0,
    )


def _waiting_payouts() -> Concern:
    found = count(Payout.objects.filter(status=PayoutStatus.REQUESTED))
    return Concern(
        title="Payouts that wait for approval",
        value=write_count(found),
        address=reverse(PAYOUTS, query={"status__exact": PayoutStatus.REQUESTED}),
        alarming=False,
    )


def _unclear_payouts() -> Concern:
    """Payouts of which the processor says something else than what was asked of it."""
    by_processor = Payout.objects.filter(status=PayoutStatus.SENT, method=PayoutMethod.PROCESSOR)
    found = count(by_processor.filter(check_at=None))
    return Concern(
        title="Payouts for a person to settle",
        value=write_count(found),
        address=reverse(PAYOUTS, query={"status__exact": PayoutStatus.SENT, "method__exact": "processor"}),
        alarming=found > 0,
    )


def _overdue_mails() -> Concern:
    found = count(Mail.objects.filter(due_at__lt=clock.now() - OVERDUE_MAIL))
    return Concern(
        title="Mails that nobody sends",
        value=write_count(found),
        address=reverse(MAILS, query={"outcome": WAITING}),
        alarming=found > 0,
    )


def _failed_mails() -> Concern:
    found = count(Mail.objects.filter(failed_at__gt=clock.now() - LATELY))
    return Concern(
        title="Mails given up in the last 7 days",
        value=write_count(found),
        address=reverse(MAILS, query={"outcome": GIVEN_UP}),
        alarming=False,
    )


def _returned_refunds() -> Concern:
    found = count(Attempt.objects.filter(state=AttemptState.RETURNED, resolved_at__gt=clock.now() - LATELY))
    return Concern(
        title="Refunds that came back in the last 7 days",
        value=write_count(found),
        address=reverse(
            "admin:charges_attempt_changelist", query={"state__exact": AttemptState.RETURNED, "mode": BOTH}
        ),
        alarming=found > 0,
    )


def _unsettled_attempts() -> list[Concern]:
    return [
        _attempts("Attempts for a person to settle", AttemptState.NEEDS_REVIEW),
        _attempts("Attempts without an answer yet", AttemptState.UNKNOWN),
        _attempts("Payments for the payer to confirm", AttemptState.AWAITING_BUYER),
        _returned_refunds(),
    ]


def _sellers_to_decide() -> Concern:
    found = count(SignUp.objects.filter(status=SignUpStatus.CONFIRMED))
    return Concern(
        title="Sellers who want to be let in",
        value=write_count(found),
        address=reverse("admin:access_signup_changelist", query={"status__exact": SignUpStatus.CONFIRMED}),
        alarming=found > 0,
    )


def _applications_to_decide() -> Concern:
    found = count(Application.objects.filter(review_status=ReviewStatus.SUBMITTED))
    return Concern(
        title="Applications that wait for approval",
        value=write_count(found),
        address=reverse(
            "admin:customers_application_changelist", query={"review_status__exact": ReviewStatus.SUBMITTED}
        ),
        alarming=found > 0,
    )


# The permission that each figure needs, in the order of the page.
FIGURES: Mapping[str, Callable[[], Iterable[Concern]]] = {
    "charges.view_charge": lambda: [_oldest_due_charge(), _accepted_charges()],
    "charges.view_attempt": _unsettled_attempts,
    "approvals.view_approval": lambda: [_waiting_approvals()],
    "charges.view_dispute": lambda: [_open_disputes()],
    "charges.view_cardtesting": lambda: [_slowed_tries()],
    "access.view_signup": lambda: [_sellers_to_decide()],
    "customers.view_application": lambda: [_applications_to_decide()],
    "payouts.view_payout": lambda: [_waiting_payouts(), _unclear_payouts()],
    "ledger.view_month": lambda: [count_open_months()],
    "bookkeeping.view_difference": lambda: [count_differences()],
    "webhooks.view_endpoint": lambda: [_failing_endpoints(), _endpoints_switched_off()],
    "webhooks.view_delivery": lambda: [_overdue_deliveries()],
    "operations.view_invariantlook": lambda: [count_broken_invariants()],
    "invoicing.view_heldinvoice": lambda: [count_held_invoices()],
    "taxes.view_taxrate": lambda: [count_ending_rates()],
    "mail.view_mail": lambda: [_overdue_mails(), _failed_mails()],
    "subscriptions.view_subscription": lambda: [_oldest_due_renewal(), *_troubled_subscriptions()],
}
