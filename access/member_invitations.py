"""Invitations by mail: of members by an owner or for the billing role, of new sellers by the operator."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse

from access.errors import AlreadyMember
from access.members import ON_PAGE, check_roles, may_give, name_member, require_right_to_give
from access.models import ConsoleInvitation
from access.new_accounts import check_email
from access.row_tokens import INVITATION, TO_BILLING, make_token, read_token
from access.security_mails import send_letter
from core import clock
from core.errors import InvalidField
from customers.errors import InvitationNotFound, InvitedAlready, SignUpClosed, TooManyInvitations
from customers.models import Account, Role

MOST_OPEN = 50  # Of an organisation, and as many in a day.
VALID_FOR, A_DAY = timedelta(days=7), timedelta(days=1)
CLOSED = "closed"


@transaction.atomic
def invite_member(*, email: str, roles: Collection[str], by: Account) -> ConsoleInvitation:
    """Have an address mailed a link that makes its owner a member with these roles.

    Raises OwnerMissing, BillingRoleMissing, InvalidField, InvitedAlready, TooManyInvitations. An account of
    another organisation is no refusal: only its owner learns of it.
    """
    email, wanted = check_email(email), check_roles(roles)
    if not wanted:
        raise InvalidField("roles", "must be at least one")
    require_right_to_give(wanted, by=by)
    members = Account.objects.filter(organization=by.organization_id, user__is_active=True)
    if members.filter(email=email).exists():
        raise InvitedAlready
    return _invite(_of_member(email, wanted, by=by, invited_by=name_member(by)))


@transaction.atomic
def invite_to_billing(*, email: str, by: Account) -> ConsoleInvitation:
    """Mail an address a link to the billing role, at once: to a colleague with a log-in, or somebody new.

    Inviting it again takes the former link back. Raises BillingRoleMissing, InvalidField, AlreadyMember,
    InvitedAlready for other roles, TooManyInvitations.
    """
    email, wanted = check_email(email), [Role.BILLING]
    require_right_to_give(wanted, by=by)
    holders = Account.objects.filter(organization=by.organization_id, has_billing_role=True)
    if holders.filter(email=email).exists():
        raise AlreadyMember
    list_to_billing(by.organization_id).filter(email=email).update(ended_at=clock.now())
    wish = _of_member(email, wanted, by=by, invited_by=name_member(by, door=ON_PAGE))
    wish.is_told = True  # Its mail needs no queue: one that is lost is asked for again.
    invitation = _invite(wish)
    transaction.on_commit(lambda: _queue_mail(invitation.pk), robust=True)
    return invitation


@transaction.atomic
def invite_seller(*, email: str, actor: str) -> ConsoleInvitation:
    """Have an address mailed a link with which its owner signs a new organisation up, without approval.

    Raises SignUpClosed, InvalidField, InvitedAlready, TooManyInvitations.
    """
    if settings.SELLER_SIGN_UP == CLOSED:
        raise SignUpClosed
    return _invite(ConsoleInvitation(email=check_email(email), roles=[*Role], invited_by=actor))


@transaction.atomic
def take_invitation_back(public_id: UUID, *, by: Account) -> None:
    """End an open invitation of one's organisation, to roles that one may give.

    Raises InvitationNotFound, OwnerMissing, BillingRoleMissing.
    """
    rows = ConsoleInvitation.objects.filter(organization=by.organization_id, public_id=public_id)
    found = rows.first()
    if found is None:
        raise InvitationNotFound
    require_right_to_give(found.roles, by=by)
    if not rows.filter(ended_at=None).update(ended_at=clock.now()):
        raise InvitationNotFound


def list_open(organization_id: int) -> list[ConsoleInvitation]:
    """Return the invitations of an organisation whose links work, newest first; MOST_OPEN wait at most."""
    rows = ConsoleInvitation.objects.filter(organization=organization_id, ended_at=None)
    return [each for each in rows.select_related("inviter__user").order_by("-pk") if is_open(each)]


def list_to_billing(organization_id: int) -> QuerySet[ConsoleInvitation]:
    """Return the open invitations to the billing role alone, newest first; old ones are among them."""
    rows = ConsoleInvitation.objects.filter(organization=organization_id, ended_at=None)
    return rows.filter(roles=[Role.BILLING]).order_by("-pk")


def find_invitation(token: str, *, purpose: str = INVITATION) -> ConsoleInvitation:
    """Return the open invitation that a mailed link is for. Raises InvitationNotFound."""
    rows = ConsoleInvitation.objects.select_related("organization", "inviter__user")
    public_id = read_token(purpose, token)
    found = rows.filter(public_id=public_id).first() if public_id else None
    if found is None or not is_open(found):
        raise InvitationNotFound
    return found


def is_open(invitation: ConsoleInvitation) -> bool:
    """Say whether its link works: who may give the roles no longer has no say through an old mail either."""
    is_running = invitation.ended_at is None and clock.now() < invitation.expires_at
    return is_running and (invitation.inviter is None or may_give(invitation.inviter, invitation.roles))


def mail_to_billing(invitation_id: int) -> None:
    """Mail the link to the billing role, in the language of who invited."""
    rows = ConsoleInvitation.objects.select_related("organization", "inviter")
    invitation = rows.get(pk=invitation_id)
    organization, inviter = invitation.organization, invitation.inviter
    assert organization is not None
    assert inviter is not None
    token = make_token(TO_BILLING, invitation.public_id)
    send_letter(
        invitation.email,
        "mail/member_invitation.html",
        language=inviter.language or settings.LANGUAGE_CODE,
        action_url=f"{settings.BASE_URL}{reverse('accept_invitation')}?token={token}",
        organisation=organization.name,
        inviter=inviter.email,
        days=VALID_FOR.days,
    )


def _of_member(email: str, roles: list[Role], *, by: Account, invited_by: str) -> ConsoleInvitation:
    return ConsoleInvitation(
        email=email, roles=roles, organization=by.organization, inviter=by, invited_by=invited_by
    )


def _invite(invitation: ConsoleInvitation) -> ConsoleInvitation:
    """Keep an invitation, whose organisation the caller has locked."""
    now = clock.now()
    ours = ConsoleInvitation.objects.filter(organization=invitation.organization)
    waiting, lately = ours.filter(ended_at=None), ours.filter(created_at__gt=now - A_DAY)
    waiting.filter(expires_at__lte=now).update(ended_at=now)
    _end_powerless(waiting)
    if waiting.filter(email=invitation.email).exists():
        raise InvitedAlready
    if invitation.organization and max(waiting.count(), lately.count()) >= MOST_OPEN:
        raise TooManyInvitations
    invitation.expires_at = now + VALID_FOR
    try:
        with transaction.atomic():
            invitation.save()
    except IntegrityError:  # Somebody was faster.
        raise InvitedAlready from None
    return invitation


def _end_powerless(waiting: QuerySet[ConsoleInvitation]) -> None:
    """End invitations of who may give their roles no more, so that others can invite the same people."""
    rows = waiting.filter(inviter__isnull=False).select_related("inviter__user")
    powerless = [each.pk for each in rows if not is_open(each)]
    waiting.filter(pk__in=powerless).update(ended_at=clock.now())


def _queue_mail(invitation_id: int) -> None:
    current_app.send_task("access.tasks.mail_member_invitation", [invitation_id])
