"""The pages of a buyer's account, each with something to show, for the walk through every page."""

from access.log_in_links import Purpose, make_token
from access.member_invitations import VALID_FOR
from access.models import ConsoleInvitation
from access.oauth.access_tokens import issue_token
from access.row_tokens import TO_BILLING
from access.row_tokens import make_token as make_invitation_token
from charges.collection.single import collect_charge
from charges.refunds.make import refund_charge
from core import clock
from operations.factories import AccountFactory, CallerFactory, ChargeFactory
from subscriptions.lifecycle.cancel_at_period_end import cancel_at_period_end
from tests.desk import subscription_at


def list_account_pages(shop, name: str):
    """Name, address and reader of each."""
    caller = CallerFactory(account=shop.buyer, application=shop.app)
    running = subscription_at("active", caller, name=f"{name[:240]} active")
    ending = subscription_at("active", caller, name=f"{name[:240]} ending")
    cancel_at_period_end(ending.pk, actor="test", ends_at=ending.next_charge_at)
    yield "cancel later", f"/account/subscriptions/{running.public_id}/cancel/", shop.buyer
    yield "keep", f"/account/subscriptions/{ending.public_id}/cancel/", shop.buyer
    yield "ending", f"/?id={ending.public_id}&type=recurrent_charge", shop.buyer
    yield "subscriptions", "/account/subscriptions/", shop.buyer
    yield "ended subscriptions", "/account/subscriptions/?show=ended", shop.buyer
    paid = ChargeFactory(caller=caller, collected=True, name=name[:255])
    collect_charge(refund_charge(paid, amount_minor=50, due_at=None).pk)
    yield "payments", "/account/payments/", shop.buyer
    yield "receipt", f"/account/payments/{paid.public_id}/", shop.buyer
    issue_token(shop.buyer, shop.app, shop.app.allowed_scopes)
    yield "apps", "/account/apps/", shop.buyer
    yield "devices", "/account/devices/", shop.buyer
    yield "password", "/account/password/", shop.buyer
    yield from list_member_pages(shop)


def list_member_pages(shop):
    """Members, an invitation, and the ways in without a password."""
    AccountFactory(organization=shop.buyer.organization, email=f"{'long' * 15}@harbourlane.example")
    invitation = ConsoleInvitation.objects.create(
        organization=shop.buyer.organization,
        email="new@harbourlane.example",
        roles=["billing"],
        inviter=shop.buyer,
        invited_by="page/account",
        expires_at=clock.now() + VALID_FOR,
    )
    yield "members", "/account/members/", shop.buyer
    yield "join", f"/join/?token={make_invitation_token(TO_BILLING, invitation.public_id)}", None
    yield "cannot join", "/join/?token=x", None
    yield "forgotten", "/login/forgot/", None
    yield "ask for link", "/login/link/", None
    yield "link ended", "/login/by-link/?token=x", None
    stranger = AccountFactory().user
    yield "log in by link", f"/login/by-link/?token={make_token(Purpose.LOG_IN, stranger)}", None
    yield "reset", f"/login/reset/?token={make_token(Purpose.RESET, stranger)}", None
