"""Erasing what is known of a person of a buyer; the books, papers and receipts of consent stay."""

from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q

from access.errors import StillPays
from access.members import lock_organization, set_roles
from access.models import ConsoleInvitation, LogInCounter, SignUp
from access.oauth.access_tokens import end_access
from access.open_sessions import end_sessions
from access.second_factors.factors import take_factors_away
from customers.models import Account, PaymentOption
from mail.models import BlockedAddress, Mail, Unsubscription
from subscriptions.models import RUNNING, Subscription, SubscriptionStatus

ERASED_AT = "@erased.invalid"  # A name that no mail server can have (RFC 2606).
NO_ADDRESS = dict.fromkeys(("street1", "street2", "city", "state", "country_code", "zip_code"), "")
KEPT = (
    "Charges, subscriptions, the ledger and payments, with amounts: the books have to be kept.",
    "Invoices and credit notes as they were issued, with the name and address on them.",
    "What was consented to: when, with which words, from which address and browser.",
    "The organisation's name and tax number, and the last four digits of its cards.",
    "Lines of the audit log, which nobody can change.",
)


class Person(NamedTuple):
    """An account, and the names by which its owner is known."""

    account: Account
    names: list[str]
    is_last: bool


def is_erased(account: Account) -> bool:
    """Say whether the person of an account was erased."""
    return account.email.endswith(ERASED_AT)


@transaction.atomic
def erase_person(account_id: int, *, actor: str, reason: str) -> Account:
    """Put a code in the place of the person of an account, end the log-in, and forget mails and sessions.

    This cannot be undone; erasing again changes nothing. The last person of an organisation takes its address
    and the holders of its cards along. Raises LastOwner, LastBillingRole while colleagues need the role, and
    StillPays.
    """
    person = _lock(account_id)
    if is_erased(person.account):
        return person.account
    if person.is_last:
        _erase_organization(person.account)
    else:
        set_roles(person.account, [], actor=actor, is_removal=True)
    _forget_log_in(person)
    _forget_mails(person)
    _replace_names(person.account)
    return person.account


def is_last_person(account: Account) -> bool:
    """Say whether nobody else of the organisation can log in."""
    others = Account.objects.filter(organization=account.organization_id, user__is_active=True)
    return not others.exclude(pk=account.pk).exists()


def _lock(account_id: int) -> Person:
    lock_organization(Account.objects.values_list("organization_id", flat=True).get(pk=account_id))
    accounts = Account.objects.select_related("user", "organization").select_for_update(of=("self", "user"))
    account = accounts.get(pk=account_id)
    names = {account.email, account.user.username, account.user.email}
    names |= {name.lower() for name in names}
    return Person(account, sorted(names - {""}), is_last_person(account))


def _erase_organization(account: Account) -> None:
    """Forget the address and the holders of cards. Raises StillPays."""
    owed = Subscription.objects.filter(buyer=account.organization_id)
    if owed.filter(status__in=(*RUNNING, SubscriptionStatus.FROZEN)).exists():
        raise StillPays
    organization = account.organization
    organization.street = organization.postal_code = organization.city = ""
    organization.save(update_fields=["street", "postal_code", "city"])
    options = PaymentOption.objects.filter(organization=organization)
    options.update(holder_name="", **NO_ADDRESS)


def _forget_log_in(person: Person) -> None:
    user = person.account.user
    end_access(user.pk)
    end_sessions(user.pk)
    take_factors_away(user.pk)
    counted = Q(subject__in=person.names)
    for name in person.names:
        counted |= Q(subject__startswith=f"{name} ")
    LogInCounter.objects.filter(counted).delete()
    SignUp.objects.filter(Q(email__in=person.names) | Q(account=person.account)).delete()
    ConsoleInvitation.objects.filter(email__in=person.names).delete()


def _forget_mails(person: Person) -> None:
    Mail.objects.filter(Q(account=person.account) | Q(address__in=person.names)).delete()
    BlockedAddress.objects.filter(address__in=person.names).delete()
    Unsubscription.objects.filter(address__in=person.names).delete()


def _replace_names(account: Account) -> None:
    account.email = f"{account.public_id}{ERASED_AT}"
    account.language = account.time_zone = ""
    account.save(update_fields=["email", "language", "time_zone"])
    User.objects.filter(pk=account.user_id).update(
        username=account.email,
        email="",
        first_name="",
        last_name="",
        password=make_password(None),
        is_active=False,
        last_login=None,
    )
