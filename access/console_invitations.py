"""Invitations to the console: of members by an owner, of new sellers by the operator."""

from collections.abc import Collection
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from access.mailed_links import INVITATION, read_token
from access.members import check_roles, lock_organization, name_member, record_member, require_owner
from access.models import ConsoleInvitation
from access.new_accounts import check_email, check_organization, hash_new_password, make_account
from access.oauth.access_tokens import end_access
from core import clock
from core.errors import InvalidField
from customers.errors import (
    AddressTaken,
    InvitationNotFound,
    InvitedAlready,
    SignUpClosed,
    TooManyInvitations,
)
from customers.models import ROLE_COLUMNS, Account, MemberChange, Organization, Role

MOST_OPEN = 50  # Of an organisation, and as many in a day.
MAX_ACTOR = 120
INVITED = "invited by "  # Begins the names of those who invited, in histories.
VALID_FOR, A_DAY = timedelta(days=7), timedelta(days=1)
CLOSED = "closed"


@transaction.atomic
def invite_member(*, email: str, roles: Collection[str], by: Account) -> ConsoleInvitation:
    """Have an address mailed a link that makes its owner a member with these roles.

    Raises OwnerMissing, InvalidField, InvitedAlready, TooManyInvitations. An account of another organisation
    is no refusal: only its owner learns of it.
    """
    email, wanted = check_email(email), check_roles(roles)
    if not wanted:
        raise InvalidField("roles", "must be at least one")
    require_owner(by)
    members = Account.objects.filter(organization=by.organization_id, user__is_active=True)
    if members.filter(email=email).exists():
        raise InvitedAlready
    return _invite(email, wanted, organization=by.organization, invited_by=name_member(by))


@transaction.atomic
def invite_seller(*, email: str, actor: str) -> ConsoleInvitation:
    """Have an address mailed a link with which its owner signs a new organisation up, without approval.

    Raises SignUpClosed, InvalidField, InvitedAlready, TooManyInvitations.
    """
    if settings.SELLER_SIGN_UP == CLOSED:
        raise SignUpClosed
    return _invite(check_email(email), [*Role], organization=None, invited_by=actor)


@transaction.atomic
def take_invitation_back(invitation_id: int, *, by: Account) -> None:
    """End an invitation of the organisation. Raises OwnerMissing, InvitationNotFound."""
    require_owner(by)
    invitation = _lock(invitation_id)
    if invitation.organization_id != by.organization_id or invitation.ended_at is not None:
        raise InvitationNotFound
    invitation.ended_at = clock.now()
    invitation.save(update_fields=["ended_at"])


def find_invitation(token: str) -> ConsoleInvitation:
    """Return the open invitation that a mailed link is for. Raises InvitationNotFound."""
    rows = ConsoleInvitation.objects.select_related("organization")
    public_id = read_token(INVITATION, token)
    found = rows.filter(public_id=public_id).first() if public_id else None
    if found is None or not is_open(found):
        raise InvitationNotFound
    return found


def is_open(invitation: ConsoleInvitation) -> bool:
    """Say whether its link works."""
    return invitation.ended_at is None and clock.now() < invitation.expires_at


def accept_invitation(
    token: str, *, password: str, organization_name: str = "", country: str = ""
) -> Account:
    """Make the account, with its organisation where that is new, and return it; the link has ended then.

    Raises InvitationNotFound, InvalidField, AddressTaken, TooManyFailures.
    """
    found = find_invitation(token)
    hashed = hash_new_password(password, email=found.email)
    with transaction.atomic():
        if found.organization_id is not None:
            lock_organization(found.organization_id)
        invitation = _lock(found.pk)
        if not is_open(invitation):
            raise InvitationNotFound
        account = _let_in(invitation, hashed, organization_name, country)
        invitation.ended_at, invitation.account = clock.now(), account
        invitation.save(update_fields=["ended_at", "account"])
    return account


def _invite(
    email: str, roles: list[Role], *, organization: Organization | None, invited_by: str
) -> ConsoleInvitation:
    now = clock.now()
    waiting = ConsoleInvitation.objects.filter(organization=organization, ended_at=None)
    waiting.filter(expires_at__lte=now).update(ended_at=now)
    if waiting.filter(email=email).exists():
        raise InvitedAlready
    lately = ConsoleInvitation.objects.filter(organization=organization, created_at__gt=now - A_DAY)
    if organization is not None and max(waiting.count(), lately.count()) >= MOST_OPEN:
        raise TooManyInvitations
    invitation = ConsoleInvitation(email=email, organization=organization, roles=roles, invited_by=invited_by)
    invitation.expires_at = now + VALID_FOR
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError:  # Somebody was faster.
        raise InvitedAlready from None
    return invitation


def _lock(invitation_id: int) -> ConsoleInvitation:
    found = ConsoleInvitation.objects.select_for_update().filter(pk=invitation_id).first()
    if found is None:
        raise InvitationNotFound
    return found


def _let_in(invitation: ConsoleInvitation, hashed: str, organization_name: str, country: str) -> Account:
    """Make the account, or give one that was removed from the organisation its log-in back."""
    organization = invitation.organization
    roles = check_roles(invitation.roles)
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
    record_member(account, before=[], actor=f"{INVITED}{invitation.invited_by}"[:MAX_ACTOR])
    return account


def _find_removed(email: str, organization: Organization) -> Account | None:
    """Return the account of a former member; one that staff have switched off is none."""
    known = Account.objects.select_related("user").filter(email=email, organization=organization)
    account = known.filter(user__is_active=False).first()
    latest = MemberChange.objects.filter(account=account).order_by("-pk").first() if account else None
    return account if latest is not None and latest.after == [] else None


def _take_back(account: Account, hashed: str, roles: list[Role]) -> None:
    if account.user.is_staff:
        raise AddressTaken
    account.user.password, account.user.is_active = hashed, True
    account.user.save(update_fields=["password", "is_active"])
    end_access(account.user_id)
    for role, column in ROLE_COLUMNS.items():
        setattr(account, column, role in roles)
    account.save(update_fields=[*ROLE_COLUMNS.values()])
