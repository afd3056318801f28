"""Who is mailed: people of buyers, of sellers, and staff.

A buyer's receipts and notices go to the person who agreed, as long as that person has the billing role. What
somebody has to act on goes to all who have it, for the one who agreed may be away.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q

from customers.models import Account, Application

ENGLISH = "en"
MOST_OF_ONE = 20
MOST_STAFF = 200


class Recipient(NamedTuple):
    """An address, whose it is, and the language of its owner."""

    address: str
    account_id: int | None = None
    application_id: int | None = None
    staff_id: int | None = None
    language: str = ENGLISH


class BillingPeople:
    """Those with the billing role of some organisations, read at once; test buyers have nobody to mail."""

    def __init__(self, organization_ids: Collection[int]) -> None:
        self._people: dict[int, list[Recipient]] = defaultdict(list)
        accounts = Account.objects.filter(
            organization_id__in=organization_ids, has_billing_role=True, user__is_active=True
        ).filter(organization__test_buyer=None)
        for account in accounts.order_by("pk"):
            self._people[account.organization_id].append(of_account(account))

    def all_of(self, organization_id: int | None) -> list[Recipient]:
        """Return them, at most MOST_OF_ONE."""
        return self._find(organization_id)[:MOST_OF_ONE]

    def who_agreed(self, organization_id: int | None, account_id: int | None) -> list[Recipient]:
        """Return the one who agreed; all of them when that one has the role no more."""
        people = self._find(organization_id)
        return [each for each in people if each.account_id == account_id] or people[:MOST_OF_ONE]

    def _find(self, organization_id: int | None) -> list[Recipient]:
        return [] if organization_id is None else self._people.get(organization_id, [])


def find_payees(organization_id: int | None) -> list[Recipient]:
    """Return the owners of a seller, and those with the billing role, at most MOST_OF_ONE."""
    accounts = Account.objects.filter(
        Q(is_owner=True) | Q(has_billing_role=True), organization=organization_id, user__is_active=True
    )
    return [of_account(account) for account in accounts.order_by("-is_owner", "pk")[:MOST_OF_ONE]]


def find_caretakers(client_ids: Iterable[str]) -> Mapping[str, list[Recipient]]:
    """Return who looks after applications, by client id, at most MOST_OF_ONE each.

    These are the owners and developers of the seller; the author, who may have left it, where there are none.
    """
    apps = list(Application.objects.filter(client_id__in=[*client_ids]))
    accounts = Account.objects.filter(
        Q(is_owner=True) | Q(is_developer=True),
        organization__in={app.organization_id for app in apps},
        user__is_active=True,
    )
    people: dict[int, list[Recipient]] = defaultdict(list)
    for account in accounts.order_by("pk"):
        people[account.organization_id].append(of_account(account))
    return {app.client_id: people.get(app.organization_id, _name_author(app))[:MOST_OF_ONE] for app in apps}


def list_staff() -> list[User]:
    """Return the staff with an address, at most MOST_STAFF."""
    return list(
        User.objects.filter(is_staff=True, is_active=True).exclude(email="").order_by("pk")[:MOST_STAFF]
    )


def of_account(account: Account) -> Recipient:
    """Return a person by its account."""
    return Recipient(account.email, account_id=account.pk, language=choose_language(account.language))


def choose_language(wanted: str) -> str:
    """Return the language of somebody's mails: the chosen one if we have it, else English."""
    return wanted if wanted in dict(settings.LANGUAGES) else ENGLISH


def _name_author(app: Application) -> list[Recipient]:
    return [Recipient(app.author_email.lower(), application_id=app.pk)] if app.author_email else []
