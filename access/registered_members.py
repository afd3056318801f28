"""Members whom staff register or change: with their log-in, and with the same history as in the console."""

from collections.abc import Collection

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.db import transaction

from access.errors import PersonErased
from access.members import complete_roles, lock_organization, record_member, set_roles
from access.new_accounts import make_account
from customers.models import ROLE_COLUMNS, Account, Organization


@transaction.atomic
def register_member(
    *, organization: Organization, email: str, user: User | None, roles: Collection[str], actor: str
) -> Account:
    """Make the account of a person, with a log-in by this e-mail if there is none yet, and return it.

    A new log-in has no password; its owner sets one by a mailed link. Raises AddressTaken.
    """
    lock_organization(organization.pk)
    wanted = complete_roles(roles)
    if user is None:
        nobodys = make_password(None)
        account = make_account(organization=organization, email=email, password_hash=nobodys, roles=wanted)
    else:
        columns = {ROLE_COLUMNS[role]: True for role in wanted}
        account = Account.objects.create(organization=organization, user=user, email=email, **columns)
    record_member(account, before=[], actor=actor)
    return account


@transaction.atomic
def change_member(account_id: int, *, email: str, roles: Collection[str], actor: str) -> Account:
    """Give a member this e-mail and exactly these roles, and return it.

    Raises PersonErased, LastOwner, LastBillingRole.
    """
    organization_id = Account.objects.values_list("organization_id", flat=True).get(pk=account_id)
    lock_organization(organization_id)
    account = Account.objects.select_for_update(no_key=True).get(pk=account_id)
    if account.erased_at is not None:
        raise PersonErased
    set_roles(account, complete_roles(roles), actor=actor)
    account.email = email
    account.save(update_fields=["email"])
    return account
