"""Members of an organisation: their roles, who may change them, and the history of who did it."""

from collections.abc import Collection

from django.db import transaction

from access.oauth.access_tokens import end_access
from core.errors import InvalidField
from customers.errors import LastOwner, MemberNotFound, OwnerMissing
from customers.models import ROLE_COLUMNS, Account, MemberChange, Organization, Role

MEMBER = "console/account:"  # Begins the names of members in histories.


def name_member(account: Account) -> str:
    """Return how histories name a member who acts in the console."""
    return f"{MEMBER}{account.public_id}"


@transaction.atomic
def change_roles(account_id: int, *, roles: Collection[str], by: Account) -> Account:
    """Give a member exactly these roles, and return the account.

    Owners change roles one after the other, so that who was one a moment ago is none any more. Raises
    OwnerMissing, MemberNotFound, LastOwner, InvalidField.
    """
    wanted = check_roles(roles)
    account = _lock_member(account_id, by=by)
    _set_roles(account, wanted, actor=name_member(by))
    return account


@transaction.atomic
def remove_member(account_id: int, *, by: Account) -> None:
    """Take all roles from a member and end the log-in with its sessions and tokens; what it did stays.

    Raises OwnerMissing, MemberNotFound, LastOwner.
    """
    _end_membership(_lock_member(account_id, by=by), actor=name_member(by))


@transaction.atomic
def leave_organization(account: Account) -> None:
    """Let a member go by itself, as `remove_member` does. Raises MemberNotFound, LastOwner."""
    lock_organization(account.organization_id)
    _end_membership(_find_member(account.pk, account.organization_id), actor=name_member(account))


def check_roles(roles: Collection[str]) -> list[Role]:
    """Return roles in their order, each once; an owner has all of them. Raises InvalidField."""
    if unknown := sorted({*roles} - {*Role.values}):
        raise InvalidField("roles", f"must be roles, which {unknown[0][:20]!r} is not")
    return [role for role in Role if role in roles or Role.OWNER in roles]


def require_owner(by: Account) -> None:
    """Lock the organisation of an account that acts. Raises OwnerMissing if it is no owner now."""
    lock_organization(by.organization_id)
    if not Account.objects.filter(pk=by.pk, is_owner=True, user__is_active=True).exists():
        raise OwnerMissing


def lock_organization(organization_id: int) -> None:
    """Change the members of an organisation one after the other."""
    Organization.objects.select_for_update(no_key=True).filter(pk=organization_id).first()


def record_member(account: Account, *, before: Collection[Role], actor: str) -> None:
    """Write down in the caller's transaction which roles a member has now."""
    MemberChange.objects.create(
        organization_id=account.organization_id,
        account=account,
        before=[*before],
        after=account.given_roles,
        actor=actor,
    )


def _lock_member(account_id: int, *, by: Account) -> Account:
    require_owner(by)
    return _find_member(account_id, by.organization_id)


def _find_member(account_id: int, organization_id: int) -> Account:
    members = Account.objects.select_related("user").select_for_update(of=("self",), no_key=True)
    found = members.filter(pk=account_id, organization=organization_id, user__is_active=True).first()
    if found is None:
        raise MemberNotFound
    return found


def _end_membership(account: Account, *, actor: str) -> None:
    _set_roles(account, [], actor=actor, is_removed=True)
    account.user.is_active = False
    account.user.save(update_fields=["is_active"])
    end_access(account.user_id)


def _set_roles(account: Account, wanted: Collection[Role], *, actor: str, is_removed: bool = False) -> None:
    """Write the roles of a member whose organisation the caller has locked, with their history."""
    before = account.given_roles
    if before == [*wanted] and not is_removed:
        return
    if Role.OWNER in before and Role.OWNER not in wanted and not has_other_owner(account):
        raise LastOwner
    for role, column in ROLE_COLUMNS.items():
        setattr(account, column, role in wanted)
    account.save(update_fields=[*ROLE_COLUMNS.values()])
    record_member(account, before=before, actor=actor)


def has_other_owner(account: Account) -> bool:
    """Say whether the organisation of an account has another owner who can log in."""
    others = Account.objects.filter(organization=account.organization_id, is_owner=True, user__is_active=True)
    return others.exclude(pk=account.pk).exists()
