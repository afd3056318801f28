"""Rows that a term finds, a handful of each kind: every query takes its rows from one index."""

from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Upper

from approvals.models import Approval
from backoffice.approval_terms import read_amounts, tell_each
from backoffice.search.lists import MAX_LICENSE
from backoffice.search.lookups import begin, list_ids, list_of_amount, list_paid_with, list_sold, list_worded
from backoffice.search.terms import Term
from charges.models import Attempt, Charge, Dispute
from core.ledger_references import charge_reference
from customers.models import Account, Application, Customer, Organization, PaymentOption
from invoicing.models import TaxPaper
from ledger.models import LedgerTransaction, TransactionKind
from mail.models import Mail
from payouts.models import Payout
from request_log.models import LoggedRequest
from subscriptions.models import Subscription

SHORTEST_REQUEST_ID = 8  # Whatever is shorter is looked for as a whole one: ours are random.


def find_charges(term: Term, limit: int) -> Iterable[Charge]:
    """Charges by their id, the processor's reference, an amount, a day, a card or what was sold.

    The newest come first.
    """
    found = {
        *list_ids(Charge.objects.filter(begin("public_id", term)), limit),
        *_list_referenced(term, limit),
        *list_of_amount(Charge, "total_minor", term, limit),
        *_list_of_day(term, limit),
        *list_paid_with(term, limit),
        *list_sold(Charge.objects.all(), term, limit, indexed=Q(subscription=None)),
    }
    charges = Charge.objects.filter(pk__in=sorted(found)[-limit:]) if found else Charge.objects.none()
    return charges.select_related("buyer", "customer", "order_application").order_by("-pk")


def find_subscriptions(term: Term, limit: int) -> Iterable[Subscription]:
    """Subscriptions by the beginning of their id, or the newest by what is sold; newest first.

    An index on names or prices would be written again with each renewal.
    """
    found = {
        *list_ids(Subscription.objects.filter(begin("public_id", term)), limit),
        *list_sold(Subscription.objects.all(), term, limit),
    }
    subscriptions = Subscription.objects.filter(pk__in=sorted(found)[-limit:]).order_by("-pk")
    return subscriptions.select_related("buyer", "customer", "order_application") if found else ()


def begun(
    model: type[Model], *related: str, field: str = "public_id"
) -> Callable[[Term, int], Iterable[Any]]:
    """Return what finds rows of a kind by the beginning of their id alone."""

    def find(term: Term, limit: int) -> Iterable[Any]:
        if not term.ids:
            return ()
        found = model._default_manager.filter(begin(field, term)).select_related(*related)
        return found.order_by(field)[:limit]

    return find


def find_requests(term: Term, limit: int) -> Iterable[LoggedRequest]:
    """Requests of programs by X-Request-ID or its beginning, newest first."""
    wanted = Q(request_id=term.text)
    if len(term.text) >= SHORTEST_REQUEST_ID:
        wanted = Q(request_id__startswith=term.text)
    # In no order while it is looked for: the planner would walk all requests backwards.
    found = list_ids(LoggedRequest.objects.filter(wanted), limit)
    return LoggedRequest.objects.filter(pk__in=found).order_by("-pk")[:limit] if found else ()


def find_organizations(term: Term, limit: int) -> Iterable[Organization]:
    """Organisations by the beginning of their id or of words of their name, or by licence."""
    found = [
        *list_ids(Organization.objects.filter(begin("public_id", term)), limit),
        *list_worded(Organization.objects.all(), term, limit),
    ]
    if term.text.isascii() and term.text.isdigit() and int(term.text) <= MAX_LICENSE:
        found += list_ids(Organization.objects.filter(license_id=int(term.text)), 1)
    return Organization.objects.filter(pk__in=found).order_by("name", "pk")[:limit] if found else ()


def find_accounts(term: Term, limit: int) -> Iterable[Account]:
    """People by the beginning of their e-mail or id."""
    found = list_ids(Account.objects.filter(begin("public_id", term)), limit)
    if " " not in term.text:
        found += list_ids(Account.objects.filter(email__startswith=term.text.lower()), limit)
    accounts = Account.objects.filter(pk__in=found).select_related("organization")
    return accounts.order_by("email")[:limit] if found else ()


def find_customers(term: Term, limit: int) -> Iterable[Customer]:
    """Customers of merchants by the beginning of their id, or by e-mail."""
    found = list_ids(Customer.objects.filter(begin("public_id", term)), limit)
    if "@" in term.text:
        # Blank addresses are not in the index.
        same = Customer.objects.annotate(upper=Upper("email")).filter(~Q(email=""), upper=term.text.upper())
        found += list_ids(same, limit)
    customers = Customer.objects.filter(pk__in=found).select_related("merchant__organization")
    return customers.order_by("pk")[:limit] if found else ()


def find_applications(term: Term, limit: int) -> Iterable[Application]:
    """Apps, of which there are few, by the beginning of their client id, by name or author."""
    said = Q(client_id__startswith=term.text.lower()) | Q(name__icontains=term.text)
    found = Application.objects.filter(said | Q(author_email__iexact=term.text))
    return found.select_related("organization").order_by("pk")[:limit]


def find_cards(term: Term, limit: int) -> Iterable[PaymentOption]:
    """Cards and bank accounts by their last four digits, newest first."""
    if not term.last_four:
        return ()
    found = PaymentOption.objects.filter(last4=term.last_four).select_related("organization", "customer")
    return found.order_by("-pk")[:limit]


def find_papers(term: Term, limit: int) -> Iterable[TaxPaper]:
    """Invoices and credit notes by number, the beginning of their id, or an amount."""
    found = list_of_amount(TaxPaper, "total_minor", term, limit)
    found += list_ids(TaxPaper.objects.filter(begin("public_id", term)), limit)
    found += list_ids(TaxPaper.objects.filter(name=term.text.upper()[:60]), limit)
    return (
        TaxPaper.objects.filter(pk__in=found).select_related("buyer").order_by("-pk")[:limit] if found else ()
    )


def find_payouts(term: Term, limit: int) -> Iterable[Payout]:
    """Payouts by the beginning of their id, an amount, or the name that a bank or processor has for them."""
    found = list_of_amount(Payout, "amount_minor", term, limit)
    found += list_ids(Payout.objects.filter(begin("public_id", term)), limit)
    found += list_ids(Payout.objects.filter(~Q(reference=""), reference=term.text[:140]), limit)
    payouts = Payout.objects.filter(pk__in=found).select_related("organization")
    return payouts.order_by("-pk")[:limit] if found else ()


def find_disputes(term: Term, limit: int) -> Iterable[Dispute]:
    """Disputes by the beginning of their id, an amount, or the processor's reference."""
    named = Q(gateway__in=[*settings.GATEWAYS], reference=term.text)
    found = list_of_amount(Dispute, "amount_minor", term, limit)
    found += list_ids(Dispute.objects.filter(begin("public_id", term)), limit)
    found += list_ids(Dispute.objects.filter(named), limit)
    return (
        Dispute.objects.filter(pk__in=found).select_related("charge").order_by("-pk")[:limit] if found else ()
    )


def find_attempts(term: Term, limit: int) -> Iterable[Attempt]:
    """Attempts by their key or the processor's reference."""
    found = [*list_ids(Attempt.objects.filter(key=term.text), 1), *list_ids(_list_captured(term), limit)]
    return Attempt.objects.filter(pk__in=found).order_by("-pk")[:limit] if found else ()


def find_transactions(term: Term, limit: int) -> Iterable[LedgerTransaction]:
    """Ledger transactions by reference, the charge's id, or the beginning of their own."""
    references = [term.text]
    if term.ids and term.ids.first == term.ids.last:
        references.append(charge_reference(term.ids.first))
    # The index on references begins with the kind.
    named = LedgerTransaction.objects.filter(kind__in=TransactionKind.values, reference__in=references)
    found = list_ids(LedgerTransaction.objects.filter(begin("public_id", term)), limit)
    found += list_ids(named, limit)
    transactions = LedgerTransaction.objects.filter(pk__in=found).prefetch_related("entries")
    return transactions.order_by("-pk")[:limit] if found else ()


def find_approvals(term: Term, limit: int) -> Iterable[Approval]:
    """Approvals by the beginning of their id, with what all of them are about."""
    if not term.ids:
        return ()
    found = read_amounts(Approval.objects.filter(begin("public_id", term)))
    people = found.select_related("requested_by", "requested_by_account")
    return tell_each(people.order_by("public_id")[:limit])


def find_mails(term: Term, limit: int) -> Iterable[Mail]:
    """Mails by address, newest first."""
    return Mail.objects.filter(address=term.text.lower()).order_by("-pk")[:limit] if "@" in term.text else ()


def _list_captured(term: Term) -> QuerySet[Attempt]:
    # The index begins with the gateway.
    return Attempt.objects.filter(gateway__in=[*settings.GATEWAYS], gateway_reference=term.text)


def _list_referenced(term: Term, limit: int) -> list[int]:
    """Return the charges of an attempt by its key or the processor's reference."""
    attempts = [Attempt.objects.filter(key=term.text), _list_captured(term)]
    return [pk for each in attempts for pk in each.order_by().values_list("charge_id", flat=True)[:limit]]


def _list_of_day(term: Term, limit: int) -> list[int]:
    if term.instants is None:
        return []
    start, end = term.instants
    made = Charge.objects.filter(created_at__gte=start, created_at__lt=end).order_by("-created_at", "-pk")
    return list(made.values_list("pk", flat=True)[:limit])
