"""Members of an organisation: their roles, who may change them, and the history of who did it."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from access.errors import LastBillingRole, OwnerHasAllRoles
from access.oauth.access_tokens import end_access
from core.errors import InvalidField
from customers.errors import BillingRoleMissing, LastOwner, MemberNotFound, OwnerMissing
from customers.models import ROLE_COLUMNS, Account, MemberChange, Organization, Role

# Begin the names of members in histories: who acts in the console, and who acts on a page of the account.
IN_CONSOLE, ON_PAGE = "console/account:", "page/account:"
STAYS = {Role.OWNER: LastOwner, Role.BILLING: LastBillingRole}  # Roles that somebody keeps who can log in.


def name_member(account: Account, *, door: str = IN_CONSOLE) -> str:
    """Return how histories name a member who acts at a door."""
    return f"{door}{account.public_id}"


@transaction.atomic
def change_roles(account_id: int, *, roles: Collection[str], by: Account) -> Account:
    """Give a member exactly these roles, and return the account.

    Owners change roles one after the other, so that who was one a moment ago is none any more. Raises
    OwnerMissing, MemberNotFound, LastOwner, LastBillingRole, InvalidField.
    """
    wanted = check_roles(roles)
    account = _lock_member(account_id, by=by)
    set_roles(account, wanted, actor=name_member(by))
    return account


@transaction.atomic
def set_billing_role(public_id: UUID, *, by: Account, is_given: bool) -> Account:
    """Give a colleague the billing role, or take it away, and return the account; the log-in may be off.

    Saying the same again changes nothing. Raises OwnerMissing, BillingRoleMissing, MemberNotFound,
    LastBillingRole, OwnerHasAllRoles.
    """
    if is_given or public_id != by.public_id:  # One's own can always be given up.
        require_right_to_give([Role.BILLING], by=by)
    lock_organization(by.organization_id)
    members = Account.objects.select_for_update(no_key=True)
    member = members.filter(public_id=public_id, organization=by.organization_id, erased_at=None).first()
    if member is None:
        raise MemberNotFound
    if member.is_owner and not is_given:
        raise OwnerHasAllRoles
    others = {*member.given_roles} - {Role.BILLING}
    wanted = others | {Role.BILLING} if is_given else others
    set_roles(member, complete_roles(wanted), actor=name_member(by, door=ON_PAGE))
    return member


@transaction.atomic
def remove_member(account_id: int, *, by: Account) -> None:
    """Take all roles from a member and end the log-in with its sessions and tokens; what it did stays.

    Raises OwnerMissing, MemberNotFound, LastOwner, LastBillingRole.
    """
    _end_membership(_lock_member(account_id, by=by), actor=name_member(by))


@transaction.atomic
def leave_organization(account: Account) -> None:
    """Let a member go by itself, as `remove_member` does.

    Raises MemberNotFound, LastOwner, LastBillingRole.
    """
    lock_organization(account.organization_id)
    _end_membership(lock_member(account.pk, account.organization_id), actor=name_member(account))


def check_roles(roles: Collection[str]) -> list[Role]:
    """Return roles as `complete_roles` does. Raises InvalidField."""
    if unknown := sorted({*roles} - {*Role.values}):
        raise InvalidField("roles", f"must be roles, which {unknown[0][:20]!r} is not")
    return complete_roles(roles)


def complete_roles(roles: Collection[str]) -> list[Role]:
    """Return roles in their order, each once; an owner has all of them."""
    return [role for role in Role if role in roles or Role.OWNER in roles]


def require_owner(by: Account) -> None:
    """Lock the organisation of an account that acts. Raises OwnerMissing if it is no owner now."""
    lock_organization(by.organization_id)
    if not Account.objects.filter(pk=by.pk, is_owner=True, user__is_active=True).exists():
        raise OwnerMissing


def require_right_to_give(roles: Collection[str], *, by: Account) -> None:
    """Lock the organisation of an account that gives or takes roles.

    Raises OwnerMissing, BillingRoleMissing.
    """
    lock_organization(by.organization_id)
    account = Account.objects.select_related("user").get(pk=by.pk)
    if not may_give(account, roles):
        needs_owner = {*roles} != {Role.BILLING} or has_owner(by.organization_id)
        raise OwnerMissing if needs_owner else BillingRoleMissing


def may_give(account: Account, roles: Collection[str]) -> bool:
    """Say whether somebody may give these roles: owners alone where there are any.

    In an organisation without owners, who has the billing role gives that one.
    """
    if not account.user.is_active or account.is_owner:
        return account.user.is_active
    gives_own_role = account.has_billing_role and {*roles} <= {Role.BILLING}
    return gives_own_role and not has_owner(account.organization_id)


def has_owner(organization_id: int) -> bool:
    """Say whether an organisation has an owner who can log in."""
    return Account.objects.filter(organization=organization_id, is_owner=True, user__is_active=True).exists()


def lock_organization(organization_id: int) -> None:
    """Change the members of an organisation one after the other."""
    Organization.objects.select_for_update(no_key=True).filter(pk=organization_id).first()


def record_member(
    account: Account, *, before: Collection[Role], actor: str, is_removal: bool = False
) -> None:
    """Write down in the caller's transaction which roles a member has now."""
    MemberChange.objects.create(
        organization_id=account.organization_id,
        account=account,
        before=[*before],
        after=account.given_roles,
        is_removal=is_removal,
        actor=actor,
    )


def _lock_member(account_id: int, *, by: Account) -> Account:
    require_owner(by)
    return lock_member(account_id, by.organization_id)


def lock_member(account_id: int, organization_id: int | None) -> Account:
    """Return a member who can log in, locked. Raises MemberNotFound."""
    members = Account.objects.select_related("user").select_for_update(of=("self",), no_key=True)
    found = members.filter(pk=account_id, organization=organization_id, user__is_active=True).first()
    if found is None:
        raise MemberNotFound
    return found


def _end_membership(account: Account, *, actor: str) -> None:
    set_roles(account, [], actor=actor, is_removal=True)
    account.user.is_active = False
    account.user.save(update_fields=["is_active"])
    end_access(account.user_id)


def set_roles(account: Account, wanted: Collection[Role], *, actor: str, is_removal: bool = False) -> None:
    """Write the roles of a member whose organisation the caller has locked, with their history.

    Raises LastOwner, LastBillingRole.
    """
    before = account.given_roles
    if before == [*wanted] and not is_removal:
        return
    require_others(account, wanted)
    for role, column in ROLE_COLUMNS.items():
        setattr(account, column, role in wanted)
    account.save(update_fields=[*ROLE_COLUMNS.values()])
    record_member(account, before=before, actor=actor, is_removal=is_removal)


def require_others(account: Account, wanted: Collection[Role]) -> None:
    """Refuse to leave a member these roles alone if nobody else has the one that somebody keeps.

    Raises LastOwner, LastBillingRole.
    """
    for role, refusal in STAYS.items():
        if role in account.given_roles and role not in wanted and not has_other(role, account):
            raise refusal


def has_other(role: Role, account: Account) -> bool:
    """Say whether somebody else in the organisation of an account has a role and can log in."""
    others = Account.objects.filter(organization=account.organization_id, user__is_active=True)
    others = others.filter(**{ROLE_COLUMNS[role]: True})
    return others.exclude(pk=account.pk).exists()
