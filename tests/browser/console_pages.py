"""The pages of the console that are no lists, each with something to show, for the walk through all."""

from collections.abc import Iterator

from access.member_invitations import invite_member
from access.row_tokens import INVITATION, SIGN_UP, make_token
from access.sign_ups import ask_to_sign_up
from customers.models import Account
from operations.factories import AccountFactory, ApplicationFactory
from testmode.buyers import create_test_buyer
from testmode.selling import start_test_subscription
from tests.console.sellers import Seller

Pages = Iterator[tuple[str, str, Account | None]]
CONSOLE = "/console/"


def list_console_pages(seller: Seller, empty: Seller) -> Pages:
    """Name, address and reader of each."""
    yield from list_pages_of_applications(seller)
    yield from list_pages_of_members(seller)
    yield "home", CONSOLE, seller.owner
    yield "home of nothing", CONSOLE, empty.owner
    yield "no application", f"{CONSOLE}applications/", AccountFactory(developer=True)
    tried = create_test_buyer(seller_id=seller.organization.pk, name=seller.organization.name).buyer
    start_test_subscription(
        tried, application=seller.app, name=seller.app.name, price_minor=900, months=1, trial_days=14
    )
    yield "test buyers", f"{CONSOLE}test-buyers/", seller.owner
    yield "test buyer", f"{CONSOLE}test-buyers/{tried.organization.public_id}/", seller.owner
    yield "unknown", f"{CONSOLE}charges/{tried.organization.public_id}/", seller.owner
    yield "no role", CONSOLE, AccountFactory(has_billing_role=False)
    yield from list_pages_before_log_in(seller)


def list_pages_of_applications(seller: Seller) -> Pages:
    """An application that is approved, one that is not, and what belongs to them."""
    draft = ApplicationFactory(
        organization=seller.organization, name=f"Draft of {seller.app.name}", draft=True
    )
    endpoint = seller.app.webhook_endpoints.get()
    own = f"{CONSOLE}applications/{seller.app.client_id}/"
    yield "applications", f"{CONSOLE}applications/", seller.owner
    yield "new application", f"{CONSOLE}applications/new/", seller.owner
    yield "application", own, seller.owner
    yield "draft", f"{CONSOLE}applications/{draft.client_id}/", seller.owner
    for name in ("edit", "looks", "credentials", "start"):
        yield name, f"{own}{name}/", seller.owner
    yield "new endpoint", f"{own}webhooks/new/", seller.owner
    yield "endpoint", f"{own}webhooks/{endpoint.public_id}/", seller.owner


def list_pages_of_members(seller: Seller) -> Pages:
    """Members, with an invitation that is open, and one member."""
    invite_member(email=f"{'long' * 15}@harbourlane.example", roles=["developer"], by=seller.owner)
    member = seller.member(is_developer=True)
    yield "members", f"{CONSOLE}members/", seller.owner
    yield "member", f"{CONSOLE}members/{member.public_id}/", seller.owner


def list_pages_before_log_in(seller: Seller) -> Pages:
    """The ways in, for somebody without an account."""
    wanted = ask_to_sign_up(
        email="new@seller.example",
        password="a kite in the wind",
        organization_name=seller.organization.name,
        country="NL",
        address="192.0.2.7",
    )
    invitation = invite_member(email="dev@seller.example", roles=["developer"], by=seller.owner)
    yield "sign up", f"{CONSOLE}sign-up/", None
    yield "signed up", f"{CONSOLE}sign-up/sent/", None
    yield "confirm", f"{CONSOLE}sign-up/confirm/?token={make_token(SIGN_UP, wanted.public_id)}", None
    yield "link ended", f"{CONSOLE}sign-up/confirm/?token=x", None
    yield "invitation", f"{CONSOLE}invitation/?token={make_token(INVITATION, invitation.public_id)}", None
