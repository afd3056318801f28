"""Erasing what is known of a person of a buyer; the books, papers and receipts of consent stay."""

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import transaction

from access.members import lock_organization, record_member, require_others
from charges.tasks import forget_cards
from core import clock
from customers.models import ROLE_COLUMNS, Account, PaymentOption
from customers.payment_options import list_kept_cards, remove_option
from operations.erasure_refusals import refuse_while_needed
from operations.erasure_traces import find_names, forget_log_in, forget_mails, hand_apps_over

ERASED_AT = "@erased.invalid"  # A name that no mail server can have (RFC 2606).
NO_ADDRESS = dict.fromkeys(("street1", "street2", "city", "state", "country_code", "zip_code"), "")
KEPT = (
    "Charges, subscriptions, the ledger and payments, with amounts: the books have to be kept.",
    "Invoices and credit notes as they were issued, with the name and address on them, and the same of an "
    "invoice that waited for a tax rate: tax law wants them.",
    "What was consented to: when, with which words, from which address and browser, and the postal address "
    "that decided the tax: it proves the agreement.",
    "When the page of a charge or subscription was first shown: it proves what the buyer saw.",
    "Where payouts went: holder, address and bank account, told once and never changed: they are part of the "
    "books.",
    "The organisation's name, country and tax number, and the last four digits of its cards.",
    "Lines of the audit log, which nobody can change, with names and e-mails as staff wrote or changed them.",
    "For 30 days, answers to requests of apps (encrypted) and what apps were sent, with the e-mail of the "
    "buyer: a request that is sent again must not charge again. Then they are deleted.",
)


def is_erased(account: Account) -> bool:
    """Say whether the person of an account was erased."""
    return account.erased_at is not None


@transaction.atomic
def erase_person(account_id: int, *, actor: str, reason: str) -> Account:
    """Put a code in the place of the person of an account, end the log-in, and forget mails and sessions.

    This cannot be undone; erasing again changes nothing. The last person of an organisation takes its address
    and its cards along. Raises LastOwner, LastBillingRole while colleagues need the role, and for the last
    person what `refuse_while_needed` does.
    """
    account = _lock(account_id)
    if is_erased(account):
        return account
    if is_last_person(account):
        refuse_while_needed(account.organization)
        _erase_organization(account)
    else:
        require_others(account, [])
    names = find_names(account)
    forget_log_in(account, names)
    forget_mails(account, names)
    hand_apps_over(account, names, actor=actor)
    _replace_names(account, actor=actor)
    return account


def is_last_person(account: Account) -> bool:
    """Say whether nobody else of the organisation can log in."""
    others = Account.objects.filter(organization=account.organization_id, user__is_active=True)
    return not others.exclude(pk=account.pk).exists()


def _lock(account_id: int) -> Account:
    lock_organization(Account.objects.values_list("organization_id", flat=True).get(pk=account_id))
    accounts = Account.objects.select_related("user", "organization")
    return accounts.select_for_update(of=("self", "user")).get(pk=account_id)


def _erase_organization(account: Account) -> None:
    """Forget the address and the holders of cards, and have the processors forget the cards."""
    organization = account.organization
    organization.street = organization.postal_code = organization.city = ""
    organization.save(update_fields=["street", "postal_code", "city"])
    for option in list_kept_cards(organization.pk).order_by("pk"):
        remove_option(option)
    PaymentOption.objects.filter(organization=organization).update(holder_name="", **NO_ADDRESS)
    transaction.on_commit(lambda: forget_cards.delay(), robust=True)


def _replace_names(account: Account, *, actor: str) -> None:
    """Close the log-in, then the account: from then on the database lets neither be changed."""
    before = account.given_roles
    account.email = f"{account.public_id}{ERASED_AT}"
    User.objects.filter(pk=account.user_id).update(
        username=account.email,
        email="",
        first_name="",
        last_name="",
        password=make_password(None),
        is_active=False,
        last_login=None,
    )
    account.language = account.time_zone = ""
    for column in ROLE_COLUMNS.values():
        setattr(account, column, False)
    account.erased_at = clock.now()
    account.save(update_fields=["email", "language", "time_zone", *ROLE_COLUMNS.values(), "erased_at"])
    record_member(account, before=before, actor=actor, is_removal=True)
