"""The search box of each list of the admin: turn a term into indexed look-ups."""

import uuid

from django.conf import settings
from django.db.models import Q

from bookkeeping.errors import StatementNotFound
from bookkeeping.month_names import read_month
from charges.models import Attempt, Charge, Dispute, RefundRequest
from charges.models.card_tries import TrySubject
from core.billy_guids import KINDS, read_guid
from core.ledger_references import charge_reference
from customers.models import Account, Application, Customer, Merchant, Organization
from events.models import Event
from ledger.models import CustomerTransaction, TransactionKind
from subscriptions.models import Subscription
from webhooks.models import Endpoint

MAX_MATCHES = 100
EVENT = "evt_"  # How the id of an event begins.
MAX_LICENSE = 2**31 - 1
MAX_ID = 2**63 - 1


def read_uuid(term: str) -> uuid.UUID | None:
    """Return the public id in a term: with or without dashes, after a colon, or as Billy's guid."""
    try:
        if term.startswith(KINDS):
            return read_guid(term, *KINDS)
        return uuid.UUID(term.rpartition(":")[2])
    except ValueError:
        return None


def find_organizations(term: str) -> Q:
    """Organisations by public id, licence or part of the name."""
    found = Q(name__icontains=term)
    if public_id := read_uuid(term):
        found |= Q(public_id=public_id)
    if term.isascii() and term.isdigit() and int(term) <= MAX_LICENSE:
        found |= Q(license_id=int(term))
    return found


def find_accounts(term: str) -> Q:
    """Accounts by public id, part of the e-mail, or their organisation."""
    found = Q(email__contains=term.lower()) | Q(organization__in=list_organizations(term))
    if public_id := read_uuid(term):
        found |= Q(public_id=public_id)
    return found


def find_applications(term: str) -> Q:
    """Apps by client id, part of the name, author, or their organisation."""
    named = Q(client_id=term.lower()) | Q(name__icontains=term) | Q(author_email__iexact=term)
    return named | Q(organization__in=list_organizations(term))


def find_merchants(term: str) -> Q:
    """Merchants by public id or their organisation."""
    found = Q(organization__in=list_organizations(term))
    if public_id := read_uuid(term):
        found |= Q(public_id=public_id)
    return found


def find_of_merchants(term: str) -> Q:
    """Customers or plans by public id or their merchant."""
    merchants = Merchant.objects.filter(find_merchants(term)).values_list("pk", flat=True)[:MAX_MATCHES]
    found = Q(merchant__in=list(merchants))
    if public_id := read_uuid(term):
        found |= Q(public_id=public_id)
    return found


def find_charges(term: str) -> Q:
    """Charges by any id that anybody may hold: ours, the gateway's, or of anyone who takes part."""
    found = _find_by_participant(term) | Q(pk__in=_list_charges_of_attempts(term))
    if public_id := read_uuid(term):
        subscriptions = Subscription.objects.filter(public_id=public_id).values_list("pk", flat=True)
        found |= Q(public_id=public_id) | Q(subscription__in=list(subscriptions))
        found |= Q(customer__in=_list_customers(public_id))
    return found


def find_subscriptions(term: str) -> Q:
    """Subscriptions by public id, the seller's external id, or anyone who takes part."""
    found = _find_by_participant(term) | Q(external_id=term)
    if public_id := read_uuid(term):
        found |= Q(public_id=public_id) | Q(customer__in=_list_customers(public_id))
    return found


def find_attempts(term: str) -> Q:
    """Attempts by their key, the gateway's reference, or the charge's public id."""
    found = _attempt_ids(term)
    if public_id := read_uuid(term):
        found |= Q(charge__in=list(Charge.objects.filter(public_id=public_id).values_list("pk", flat=True)))
    return found


def find_disputes(term: str) -> Q:
    """Disputes by the processor's name, their own public id, or what finds their attempt."""
    attempts = Attempt.objects.filter(find_attempts(term)).values_list("charge_id", flat=True)[:MAX_MATCHES]
    found = Q(gateway__in=[*settings.GATEWAYS], reference=term) | Q(charge__in=list(attempts))
    if public_id := read_uuid(term):
        found |= Q(public_id=public_id)
    return found


def find_approvals(term: str) -> Q:
    """Approvals by what they are about, their own public id, or that of their refund or its charge."""
    found = Q(subject=term)
    if public_id := read_uuid(term):
        charges = list(Charge.objects.filter(public_id=public_id).values_list("pk", flat=True))
        requests = RefundRequest.objects.filter(Q(public_id=public_id) | Q(charge__in=charges))
        asked = requests.filter(approval__isnull=False).values_list("approval_id", flat=True)[:MAX_MATCHES]
        found |= Q(public_id=public_id) | Q(pk__in=list(asked))
    return found


def find_payouts(term: str) -> Q:
    """Payouts by public id, the name that a bank or processor has for them, or their seller."""
    found = Q(reference=term) | Q(organization__in=list_organizations(term))
    if public_id := read_uuid(term):
        found |= Q(public_id=public_id)
    return found


def find_payout_accounts(term: str) -> Q:
    """Accounts that payouts go to, by public id or seller."""
    found = Q(organization__in=list_organizations(term))
    if public_id := read_uuid(term):
        found |= Q(public_id=public_id)
    return found


def find_payout_batches(term: str) -> Q:
    """Files for the bank by public id or hash."""
    public_id = read_uuid(term)
    return find_by_hash(term) | Q(public_id=public_id) if public_id else find_by_hash(term)


def find_by_hash(term: str) -> Q:
    """Files by their hash."""
    return Q(sha256=term.lower())


def find_papers(term: str) -> Q:
    """Tax papers by their number, their public id, or that of their charge."""
    found = Q(name=term.upper()[:60])
    if public_id := read_uuid(term):
        charges = Charge.objects.filter(public_id=public_id).values_list("pk", flat=True)
        found |= Q(public_id=public_id) | Q(charge__in=list(charges))
    return found


def find_events(term: str) -> Q:
    """Events of processors by their id or the name of what they are about."""
    gateways = [*settings.GATEWAYS]  # The indexes begin with the gateway.
    return Q(gateway__in=gateways, event_id=term) | Q(gateway__in=gateways, reference=term)


def find_happenings(term: str) -> Q:
    """Events by their id or that of what they are about."""
    public_id = read_uuid(term.removeprefix(EVENT))
    return Q(pk=public_id) | Q(object_id=public_id) if public_id else Q(pk=None)


def find_endpoints(term: str) -> Q:
    """Webhook endpoints by public id, part of the URL, or their application."""
    apps = Application.objects.filter(find_applications(term)).values_list("pk", flat=True)[:MAX_MATCHES]
    found = Q(url__icontains=term) | Q(application__in=list(apps))
    if public_id := read_uuid(term):
        found |= Q(public_id=public_id)
    return found


def find_deliveries(term: str) -> Q:
    """Deliveries by the id of their event, of what it is about, or of their endpoint."""
    public_id = read_uuid(term.removeprefix(EVENT))
    if public_id is None:
        return Q(pk=None)
    events = Event.objects.filter(find_happenings(term)).values_list("pk", flat=True)[:MAX_MATCHES]
    endpoints = Endpoint.objects.filter(public_id=public_id).values_list("pk", flat=True)
    return Q(event__in=list(events)) | Q(endpoint__in=list(endpoints))


def find_transactions(term: str) -> Q:
    """Ledger transactions by reference, the charge's public id, or their own."""
    # The index on references begins with the kind.
    referring = Q(kind__in=TransactionKind.values)
    found = referring & Q(reference=term)
    if public_id := read_uuid(term):
        found |= Q(public_id=public_id) | referring & Q(reference=charge_reference(public_id))
    return found


def find_customer_transactions(term: str) -> Q:
    """Transactions of customers by id or code, by what finds an attempt, or by a public id.

    The public id is their own, or that of their customer, charge, subscription or dispute, which is found
    by the processor's name, too.
    """
    attempts = Attempt.objects.filter(find_attempts(term)).values_list("pk", "charge_id")[:MAX_MATCHES]
    disputes = Dispute.objects.filter(find_disputes(term)).values_list("pk", flat=True)[:MAX_MATCHES]
    ids, charges = zip(*attempts, strict=True) if attempts else ((), ())
    found = Q(code=term) | Q(attempt__in=ids) | Q(charge__in=charges) | Q(dispute__in=list(disputes))
    if term.isascii() and term.isdigit() and len(term) < 20 and int(term) <= MAX_ID:
        found |= Q(pk=int(term))
    if public_id := read_uuid(term):
        subscriptions = Subscription.objects.filter(public_id=public_id).values_list("pk", flat=True)
        found |= Q(public_id=public_id) | Q(customer__in=_list_customers(public_id))
        found |= Q(subscription__in=list(subscriptions))
    return found


def find_card_testing(term: str) -> Q:
    """Lines of card testing by service user, address, or the public id of a merchant or customer."""
    subjects = [term, f"service:{term}"]
    if public_id := read_uuid(term):
        subjects += [f"merchant:{public_id}", *map(str, _list_customers(public_id))]
    return Q(kind__in=TrySubject.values, subject__in=subjects)


def find_allocations(term: str) -> Q:
    """Allocations by what finds the transaction on either end."""
    rows = CustomerTransaction.objects.filter(find_customer_transactions(term)).order_by("-pk")
    ids = list(rows.values_list("pk", flat=True)[:MAX_MATCHES])
    return Q(source__in=ids) | Q(target__in=ids)


def list_organizations(term: str) -> list[int]:
    """Return the primary keys of organisations that a term finds, at most MAX_MATCHES."""
    rows = Organization.objects.filter(find_organizations(term)).values_list("pk", flat=True)
    return list(rows[:MAX_MATCHES])


def _find_by_participant(term: str) -> Q:
    organizations = list_organizations(term)
    people = Account.objects.filter(_account_ids(term)).values_list("pk", "organization_id")[:MAX_MATCHES]
    apps = Application.objects.filter(Q(client_id=term.lower()) | Q(author_email__iexact=term))
    found = Q(buyer__in=organizations) | Q(payee__in=organizations)
    # Indexes begin with the organisation, which an account never leaves.
    found |= Q(buyer__in=[of for _, of in people], buyer_account__in=[pk for pk, _ in people])
    return found | Q(order_application__in=list(apps.values_list("pk", flat=True)[:MAX_MATCHES]))


def _list_customers(public_id: uuid.UUID) -> list[int]:
    return list(Customer.objects.filter(public_id=public_id).values_list("pk", flat=True))


def _account_ids(term: str) -> Q:
    public_id = read_uuid(term)
    return Q(email=term.lower()) | (Q(public_id=public_id) if public_id else Q())


def _attempt_ids(term: str) -> Q:
    # The index on references begins with the gateway.
    return Q(key=term) | Q(gateway__in=[*settings.GATEWAYS], gateway_reference=term)


def _list_charges_of_attempts(term: str) -> list[int]:
    attempts = Attempt.objects.filter(_attempt_ids(term))
    return list(attempts.values_list("charge_id", flat=True)[:MAX_MATCHES])


def find_mails(term: str) -> Q:
    """Mails by address, or by the id of what they are about."""
    found = Q(address=term.lower())
    if public_id := read_uuid(term):
        found |= Q(object_id=public_id)
    return found


def find_month(term: str) -> Q:
    """Months by year and month."""
    try:
        return Q(starts_at=read_month(term))
    except StatementNotFound:
        return Q(pk__in=[])
