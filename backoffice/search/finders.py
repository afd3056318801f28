"""Who looks where for a term: one finder for each kind of thing, each bounded and by an index.

To add a kind, write a function from a term to a few rows and one from a row to a hit, and name both in
FINDERS with the permission that the kind's own list needs.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser, User

from backoffice.search import hits, rows
from backoffice.search.rows import begun
from backoffice.search.terms import Term
from customers.models import Merchant
from events.models import Event
from ledger.models import CustomerTransaction
from payouts.models import PayoutAccount
from subscriptions.models import Plan
from webhooks.models import Endpoint

OF_MERCHANT = "merchant__organization"
AT_MOST = 6  # Rows of a kind; the last only says that there are more.


class Finder(NamedTuple):
    """Where one kind of thing is looked for, and how one that is found is shown."""

    title: str
    permission: str
    find: Callable[[Term, int], Iterable[Any]]
    show: Callable[[Any], hits.Hit]


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind."""

    title: str
    hits: list[hits.Hit]
    more: bool


# In the order of the page.
FINDERS = (
    Finder("Charges and refunds", "charges.view_charge", rows.find_charges, hits.show_charge),
    Finder(
        "Subscriptions", "subscriptions.view_subscription", rows.find_subscriptions, hits.show_subscription
    ),
    Finder("Organisations", "customers.view_organization", rows.find_organizations, hits.show_organization),
    Finder("People", "customers.view_account", rows.find_accounts, hits.show_account),
    Finder("Customers of merchants", "customers.view_customer", rows.find_customers, hits.show_customer),
    Finder("Merchants", "customers.view_merchant", begun(Merchant, "organization"), hits.show_merchant),
    Finder("Plans of merchants", "subscriptions.view_plan", begun(Plan, OF_MERCHANT), hits.show_plan),
    Finder(
        "Invoices and payments of customers",
        "ledger.view_customertransaction",
        begun(CustomerTransaction, "customer"),
        hits.show_receivable,
    ),
    Finder("Apps", "customers.view_application", rows.find_applications, hits.show_application),
    Finder("Cards and bank accounts", "customers.view_organization", rows.find_cards, hits.show_card),
    Finder("Invoices and credit notes", "invoicing.view_taxpaper", rows.find_papers, hits.show_paper),
    Finder("Payouts", "payouts.view_payout", rows.find_payouts, hits.show_payout),
    Finder(
        "Accounts that payouts go to",
        "payouts.view_payoutaccount",
        begun(PayoutAccount, "organization"),
        hits.show_payout_account,
    ),
    Finder("Disputes", "charges.view_dispute", rows.find_disputes, hits.show_dispute),
    Finder("Attempts to collect", "charges.view_attempt", rows.find_attempts, hits.show_attempt),
    Finder(
        "Ledger transactions", "ledger.view_ledgertransaction", rows.find_transactions, hits.show_transaction
    ),
    Finder("Approvals", "approvals.view_approval", rows.find_approvals, hits.show_approval),
    Finder("Mails", "mail.view_mail", rows.find_mails, hits.show_mail),
    Finder("Events", "events.view_event", begun(Event, field="id"), hits.show_event),
    Finder("Webhook endpoints", "webhooks.view_endpoint", begun(Endpoint, "application"), hits.show_endpoint),
    Finder("Requests of programs", "request_log.view_loggedrequest", rows.find_requests, hits.show_request),
)


def find_everything(term: Term, user: User | AnonymousUser) -> Iterator[Group]:
    """Yield what a term finds, kind by kind; kinds that a person may not see are not looked for."""
    for finder in FINDERS if term.text else ():
        if not user.has_perm(finder.permission):
            continue
        found = list(finder.find(term, AT_MOST))
        if found:
            shown = [finder.show(row) for row in found[: AT_MOST - 1]]
            yield Group(finder.title, shown, more=len(found) == AT_MOST)
