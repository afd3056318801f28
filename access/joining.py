"""Accepting an invitation: a new account is made, or one of the organisation gets the roles."""

from django.db import transaction

from access.errors import InvitedElsewhere
from access.member_invitations import find_invitation, is_open
from access.members import complete_roles, lock_member, lock_organization, record_member, set_roles
from access.models import ConsoleInvitation
from access.new_accounts import check_organization, hash_new_password, is_address_taken, make_account
from access.oauth.access_tokens import end_access
from access.row_tokens import INVITATION
from core import clock
from customers.errors import AddressTaken, InvitationNotFound
from customers.models import ROLE_COLUMNS, Account, MemberChange, Organization, Role

INVITED = "invited by "  # Begins the names of those who invited, in histories.
MAX_ACTOR = 120


def find_invited(invitation: ConsoleInvitation) -> Account | None:
    """Return the account of the invited address in this organisation, None if there is no such log-in.

    Raises InvitedElsewhere.
    """
    account = Account.objects.filter(email=invitation.email).first()
    if account is not None and account.organization_id == invitation.organization_id:
        return account if _find_removed(invitation.email, invitation.organization) is None else None
    if account is not None or is_address_taken(invitation.email):
        raise InvitedElsewhere
    return None


def accept_invitation(
    token: str, *, purpose: str = INVITATION, password: str, organization_name: str = "", country: str = ""
) -> Account:
    """Make the account, with its organisation where that is new, and return it; the link has ended then.

    Raises InvitationNotFound, InvalidField, AddressTaken, TooManyFailures.
    """
    found = find_invitation(token, purpose=purpose)
    hashed = hash_new_password(password, email=found.email)
    with transaction.atomic():
        invitation = _lock_open(found)
        account = _let_in(invitation, hashed, organization_name, country)
        _end(invitation, account)
    return account


@transaction.atomic
def accept_more_roles(token: str, *, purpose: str, account: Account) -> None:
    """Give a member who is logged in the roles of an invitation as well.

    Raises InvitationNotFound, InvitedElsewhere, MemberNotFound.
    """
    invitation = _lock_open(find_invitation(token, purpose=purpose))
    member = lock_member(account.pk, invitation.organization_id)
    if member.email != invitation.email:
        raise InvitedElsewhere
    wanted = complete_roles([*member.given_roles, *invitation.roles])
    set_roles(member, wanted, actor=_name_inviter(invitation))
    _end(invitation, member)


def _lock_open(found: ConsoleInvitation) -> ConsoleInvitation:
    if found.organization_id is not None:
        lock_organization(found.organization_id)
    rows = ConsoleInvitation.objects.select_for_update(of=("self",)).select_related("inviter__user")
    invitation = rows.get(pk=found.pk)
    if not is_open(invitation):
        raise InvitationNotFound
    return invitation


def _end(invitation: ConsoleInvitation, account: Account) -> None:
    invitation.ended_at, invitation.account = clock.now(), account
    invitation.save(update_fields=["ended_at", "account"])


def _name_inviter(invitation: ConsoleInvitation) -> str:
    return f"{INVITED}{invitation.invited_by}"[:MAX_ACTOR]


def _let_in(invitation: ConsoleInvitation, hashed: str, organization_name: str, country: str) -> Account:
    """Make the account, or give one that was removed from the organisation its log-in back."""
    organization = invitation.organization
    roles = complete_roles(invitation.roles)
    if organization is None:
        organization = check_organization(organization_name=organization_name, country=country)
        organization.save()
    account = _find_removed(invitation.email, organization)
    if account is None:
        account = make_account(
            organization=organization, email=invitation.email, password_hash=hashed, roles=roles
        )
    else:
        _take_back(account, hashed, roles)
    record_member(account, before=[], actor=_name_inviter(invitation))
    return account


def _find_removed(email: str, organization: Organization | None) -> Account | None:
    """Return the account of a former member; one that staff have switched off, or erased, is none."""
    known = Account.objects.select_related("user").filter(
        email=email, organization=organization, erased_at=None
    )
    account = known.filter(user__is_active=False).first()
    latest = MemberChange.objects.filter(account=account).order_by("-pk").first() if account else None
    return account if latest is not None and latest.is_removal else None


def _take_back(account: Account, hashed: str, roles: list[Role]) -> None:
    if account.user.is_staff:
        raise AddressTaken
    end_access(account.user_id)  # It locks the account, which goes before the user.
    account.user.password, account.user.is_active = hashed, True
    account.user.save(update_fields=["password", "is_active"])
    for role, column in ROLE_COLUMNS.items():
        setattr(account, column, role in roles)
    account.save(update_fields=[*ROLE_COLUMNS.values()])
