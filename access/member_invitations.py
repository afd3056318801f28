"""Inviting a colleague by e-mail: a link by which a new log-in is made, or an existing one gets a role."""

from datetime import timedelta
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from access.billing_role import change_billing_role
from access.errors import AlreadyMember, InvitationEnded, InvitedElsewhere, TooManyInvitations
from access.models import MemberInvitation
from access.models.members import Role
from access.security_mails import send_letter
from access.user_names import normalize_user_name
from core import clock
from customers.errors import BillingRoleMissing
from customers.models import Account, Organization

VALID_FOR = timedelta(days=7)
MOST_OPEN = 50
SALT = "access.member_invitations"


@transaction.atomic
def invite_member(*, by: Account, email: str) -> MemberInvitation:
    """Invite an address to join as a colleague with the billing role, and mail the link.

    Inviting it again takes the former link back. Whether the address has a log-in elsewhere is told to
    nobody but its owner. Raises BillingRoleMissing, AlreadyMember, TooManyInvitations.
    """
    Organization.objects.select_for_update(no_key=True).get(pk=by.organization_id)
    if not Account.objects.filter(pk=by.pk, has_billing_role=True).exists():
        raise BillingRoleMissing
    email = email.lower()
    if Account.objects.filter(
        email=email, organization_id=by.organization_id, has_billing_role=True
    ).exists():
        raise AlreadyMember
    open_ones = list_invitations(by.organization_id)
    open_ones.filter(email=email).update(withdrawn_at=clock.now())
    if open_ones.count() >= MOST_OPEN:
        raise TooManyInvitations
    invitation = MemberInvitation.objects.create(
        organization_id=by.organization_id,
        email=email,
        roles=[Role.BILLING],
        invited_by=by,
        expires_at=clock.now() + VALID_FOR,
    )
    transaction.on_commit(lambda: _queue_mail(invitation.pk), robust=True)
    return invitation


def list_invitations(organization_id: int) -> QuerySet[MemberInvitation]:
    """Return the invitations of an organisation that are open, newest first; old ones are among them."""
    return MemberInvitation.objects.filter(
        organization_id=organization_id, accepted_at=None, withdrawn_at=None
    ).order_by("-pk")


def withdraw_invitation(public_id: UUID, *, by: Account) -> None:
    """Take an invitation of one's organisation back; one that is over stays as it is.

    Raises BillingRoleMissing.
    """
    if not Account.objects.filter(pk=by.pk, has_billing_role=True).exists():
        raise BillingRoleMissing
    list_invitations(by.organization_id).filter(public_id=public_id).update(withdrawn_at=clock.now())


def mail_invitation(invitation_id: int) -> None:
    """Mail the link of an invitation, in the language of who invited."""
    invitation = MemberInvitation.objects.select_related("organization", "invited_by").get(pk=invitation_id)
    link = f"{settings.BASE_URL}{reverse('accept_invitation')}?token={make_token(invitation)}"
    send_letter(
        invitation.email,
        "mail/member_invitation.html",
        language=invitation.invited_by.language or settings.LANGUAGE_CODE,
        action_url=link,
        organisation=invitation.organization.name,
        inviter=invitation.invited_by.email,
        days=VALID_FOR.days,
    )


def make_token(invitation: MemberInvitation) -> str:
    """Return the token of the link."""
    return signing.dumps(str(invitation.public_id), salt=SALT)


def find_invitation(token: str, *, lock: bool = False) -> MemberInvitation:
    """Return an invitation that can be accepted. Raises InvitationEnded."""
    try:
        public_id = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise InvitationEnded from None
    rows = MemberInvitation.objects.select_related("organization", "invited_by")
    if lock:
        rows = rows.select_for_update(of=("self",))
    found = rows.filter(
        public_id=public_id,
        accepted_at=None,
        withdrawn_at=None,
        expires_at__gt=clock.now(),
        # Who may give the role no longer has no say through an old mail either.
        invited_by__has_billing_role=True,
        invited_by__user__is_active=True,
    ).first()
    if found is None:
        raise InvitationEnded
    return found


def find_invited(invitation: MemberInvitation) -> Account | None:
    """Return the account of the invited address in this organisation, None if there is no such log-in.

    Raises InvitedElsewhere.
    """
    account = Account.objects.select_related("user").filter(email=invitation.email).first()
    if account is not None and account.organization_id == invitation.organization_id:
        return account
    name = normalize_user_name(invitation.email)
    if account is not None or User.objects.filter(username=name).exists():
        raise InvitedElsewhere
    return None


@transaction.atomic
def accept_invitation(token: str, *, account: Account | None, password: str = "") -> Account:
    """Let the invited address join, and return its account with the roles it was invited for.

    A new log-in gets a password that was checked before; an existing one is `account`, which is logged in.
    Raises InvitationEnded, InvitedElsewhere.
    """
    invitation = find_invitation(token, lock=True)
    member = find_invited(invitation)
    if member is not None and (account is None or account.pk != member.pk):
        raise InvitedElsewhere
    if member is None:
        member = _create_account(invitation, password)
    if Role.BILLING in invitation.roles:
        change_billing_role(member, by=invitation.invited_by, is_given=True)
    invitation.accepted_at = clock.now()
    invitation.save(update_fields=["accepted_at"])
    return member


def _create_account(invitation: MemberInvitation, password: str) -> Account:
    email = invitation.email
    user = User.objects.create_user(normalize_user_name(email), email=email, password=password)
    return Account.objects.create(user=user, email=email, organization=invitation.organization)


def _queue_mail(invitation_id: int) -> None:
    current_app.send_task("access.tasks.mail_member_invitation", [invitation_id])
