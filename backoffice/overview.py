"""Numbers that need a look, for the first page of the admin."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q
from django.urls import reverse

from access.models import SignUp, SignUpStatus
from approvals.models import Approval, ApprovalStatus
from backoffice.book_concerns import count_differences, count_open_months
from backoffice.columns import write_instant
from backoffice.concern import NONE_DUE, Concern, count, count_live, write_count
from backoffice.invariant_concerns import count_broken_invariants
from backoffice.payment_concerns import count_slowed_tries, list_attempts, list_charges, list_disputes
from backoffice.questions import ACCEPTED, DUE, FROZEN_LATELY, HELD, UNCLEAR
from backoffice.sending_concerns import count_unsent_deliveries, list_endpoints, list_mails
from backoffice.tax_concerns import count_ending_rates, count_held_invoices
from core import clock
from customers.models import Application, ReviewStatus
from payouts.models import Payout, PayoutStatus
from subscriptions.models import Subscription, SubscriptionStatus

PAYOUTS = "admin:payouts_payout_changelist"
SUBSCRIPTIONS = "admin:subscriptions_subscription_changelist"


def list_concerns(user: User | AnonymousUser) -> list[Concern]:
    """Return the figures that this person may see; none is counted beyond MANY."""
    figures = (list_them() for permission, list_them in FIGURES.items() if user.has_perm(permission))
    return [concern for concerns in figures for concern in concerns]


def _oldest_due_renewal() -> Concern:
    live = Subscription.objects.due(clock.now()).exclude(test=True)
    oldest = live.values_list("due_at", flat=True).first()
    return Concern(
        title="Oldest renewal due",
        value=write_instant(oldest) or NONE_DUE,
        address=reverse(SUBSCRIPTIONS, query={"look": DUE.name}),
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
        found, remark = count_live(Subscription.objects.filter(rows), tests=Q(test=True))
        yield Concern(
            title=title,
            value=write_count(found),
            address=reverse(SUBSCRIPTIONS, query=filters),
            alarming=found > 0 and filters == {"look": HELD.name},
            remark=remark,
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
    found = count(Payout.objects.filter(UNCLEAR.answer()))
    return Concern(
        title="Payouts for a person to settle",
        value=write_count(found),
        address=reverse(PAYOUTS, query={"look": UNCLEAR.name}),
        alarming=found > 0,
    )


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
    "charges.view_charge": list_charges,
    "charges.view_attempt": list_attempts,
    "approvals.view_approval": lambda: [_waiting_approvals()],
    "charges.view_dispute": list_disputes,
    "charges.view_cardtesting": lambda: [count_slowed_tries()],
    "access.view_signup": lambda: [_sellers_to_decide()],
    "customers.view_application": lambda: [_applications_to_decide()],
    "payouts.view_payout": lambda: [_waiting_payouts(), _unclear_payouts()],
    "ledger.view_month": lambda: [count_open_months()],
    "bookkeeping.view_difference": lambda: [count_differences()],
    "webhooks.view_endpoint": list_endpoints,
    "webhooks.view_delivery": lambda: [count_unsent_deliveries()],
    "operations.view_invariantlook": lambda: [count_broken_invariants()],
    "invoicing.view_heldinvoice": lambda: [count_held_invoices()],
    "taxes.view_taxrate": lambda: [count_ending_rates()],
    "mail.view_mail": list_mails,
    "subscriptions.view_subscription": lambda: [_oldest_due_renewal(), *_troubled_subscriptions()],
}
