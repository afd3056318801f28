"""Mails to people of sellers: sign-ups, invitations, decisions about applications. Links are made here."""

from django.utils.translation import gettext as _

from access.member_invitations import is_open
from access.models import ConsoleInvitation, SignUp, SignUpStatus
from access.new_accounts import is_address_taken
from access.row_tokens import INVITATION, SIGN_UP, make_token
from access.sign_ups import VALID_FOR
from core import clock
from core.local_formats import write_instant
from customers.models import ApplicationAct, ApplicationChange
from mail.contents.parts import Content, Fact
from mail.models import Mail

CONSOLE = "/console/"


def write_sign_up(mail: Mail) -> Content | None:
    """Ask to confirm an address, or say that it has an account; None when it is too late."""
    sign_up = SignUp.objects.get(public_id=mail.object_id)
    has_account = is_address_taken(sign_up.email)
    ends_at = sign_up.created_at + VALID_FOR
    if sign_up.status != SignUpStatus.MAILED or clock.now() > ends_at:
        return None
    token = make_token(SIGN_UP, sign_up.public_id)
    return Content(
        words={"has_account": has_account, "until": write_instant(ends_at)},
        facts=[] if has_account else [Fact(_("Organisation"), sign_up.organization_name)],
        why=_("You get this mail because somebody signed up with this address."),
        path="/login/" if has_account else f"{CONSOLE}sign-up/confirm/?token={token}",
    )


def write_sign_up_decision(mail: Mail) -> Content:
    """Tell a seller whether it may come in."""
    sign_up = SignUp.objects.get(public_id=mail.object_id)
    is_in = sign_up.status == SignUpStatus.DONE
    return Content(
        words={"is_in": is_in, "organisation": sign_up.organization_name},
        facts=[Fact(_("Reason"), sign_up.reason)] if sign_up.reason else [],
        why=_("You get this mail because you signed up as a seller."),
        path=CONSOLE if is_in else "",
    )


def write_invitation(mail: Mail) -> Content | None:
    """Ask somebody in; None when the invitation has ended."""
    invitation = ConsoleInvitation.objects.select_related("organization", "inviter__user").get(
        public_id=mail.object_id
    )
    if not is_open(invitation):
        return None
    organisation = invitation.organization.name if invitation.organization else ""
    token = make_token(INVITATION, invitation.public_id)
    return Content(
        words={"organisation": organisation, "until": write_instant(invitation.expires_at)},
        facts=[],
        why=_("You get this mail because somebody invited this address."),
        path=f"{CONSOLE}invitation/?token={token}",
    )


def write_application_decision(mail: Mail) -> Content:
    """Tell a seller whether an app may sell for real money."""
    change = ApplicationChange.objects.select_related("application").get(public_id=mail.object_id)
    application = change.application
    facts = [Fact(_("App"), application.name), Fact(_("Client id"), application.client_id)]
    if change.reason:
        facts.append(Fact(_("Reason"), change.reason))
    return Content(
        words={"app": application.name, "is_approved": change.act == ApplicationAct.APPROVED},
        facts=facts,
        why=_("You get this mail because you look after the apps of your organisation."),
        path=f"{CONSOLE}applications/{application.client_id}/",
    )
