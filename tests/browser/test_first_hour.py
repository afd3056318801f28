"""A stranger's first hour, as docs/first-hour.md tells it, from the sign-up to the payout, in a browser."""

import json
import re
from types import SimpleNamespace
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from core import clock
from operations.factories import AccountFactory, PaymentOptionFactory, UserFactory
from operations.rehearsal import run_billing
from testmode.due_clocks import run_due_clocks
from tests.console.desk import fetch_mails
from tests.webhooks.receiver import receiving
from tests.webhooks.steps import send_all

SELLER = ("ada@lamp-works.example", "a lantern in the attic")


@pytest.fixture
def marketplace(live_server, settings):
    """A server on which a sale can be paid out at once; its workers are `work`."""
    settings.BASE_URL = live_server.url
    settings.PAYOUT_HOLD_DAYS = settings.PAYOUT_NEW_ACCOUNT_DAYS = 0
    settings.SELLER_SIGN_UP = "open"
    return live_server.url


def work() -> None:
    """Do what workers do in the background: collect what is due, and send webhooks."""
    run_due_clocks()
    run_billing(until=clock.now())
    send_all()


def act_as_staff(staff: Page, act: str) -> None:
    """Press a button of the admin and give the reason that it asks for."""
    staff.get_by_role("link", name=act, exact=True).click()
    staff.get_by_label("Reason").fill("As agreed.")
    staff.get_by_role("button", name=act, exact=True).click()


def open_as_staff(open_page, server: str) -> Page:
    """Open the admin as a member of the staff that asked for nothing."""
    browser = Client()
    browser.force_login(UserFactory(username="staff", superuser=True))
    page = open_page()
    cookie = {"name": "session", "value": browser.cookies["session"].value, "url": server}
    page.context.add_cookies([cookie])
    page.goto(f"{server}/admin/")
    return page


def log_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("E-mail").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def shown(page: Page, what: str) -> str:
    """A value that the console shows to be copied."""
    return page.locator(f"code[data-name='{what}']").inner_text()


def call(token: str, address: str, **terms):
    """What the seller's program asks the API; without terms it activates."""
    body, method = (json.dumps(terms).encode(), "POST") if terms else (None, "PUT")
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    with urlopen(Request(address, body, headers, method=method)) as answer:
        return json.load(answer)


def test_a_stranger_sells_sees_webhook_and_money_is_paid_out_and_a_buyer_cancels(
    marketplace, open_page, seller_site
):
    with receiving() as receiver:
        seller = open_page()
        sign_up(seller, marketplace)
        app = make_application(seller, seller_site)
        add_webhook(seller, receiver)
        sell_to_test_buyer(seller, open_page, app, marketplace)
        assert "charge.succeeded" in [each.json["type"] for each in receiver.received]
    seller.get_by_role("link", name="Deliveries").click()
    expect(seller.get_by_role("row", name="charge.succeeded")).to_contain_text("Delivered")
    staff = open_as_staff(open_page, marketplace)
    be_approved(seller, staff, marketplace)
    buyer = open_page(make_buyer())
    token = be_allowed(seller, buyer, app, marketplace)
    sell_subscription(buyer, token, marketplace)
    be_paid_out(seller, staff, marketplace)
    find_receipt_and_cancel(buyer, marketplace)


def sign_up(seller: Page, server: str) -> None:
    seller.goto(server)
    seller.get_by_role("link", name="sign up as a seller").click()
    seller.get_by_label("Name of your organisation").fill("Lamp Works")
    seller.get_by_label("Country").select_option("DE")
    seller.get_by_label("E-mail").fill(SELLER[0])
    seller.get_by_label("Password").fill(SELLER[1])
    seller.get_by_role("button", name="Sign up").click()
    expect(seller.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    seller.goto(re.search(rf"{server}/console/\S+", fetch_mails()[0].body)[0])
    seller.get_by_role("button", name="Confirm").click()
    seller.get_by_role("link", name="Log in").click()
    log_in(seller, *SELLER)


def make_application(seller: Page, site: str) -> SimpleNamespace:
    seller.get_by_role("link", name="Make an application").click()
    seller.get_by_label("Name").fill("Lamp Light")
    seller.get_by_label("Redirect URIs").fill(f"{site}/callback")
    seller.get_by_role("button", name="Create the application").click()
    return SimpleNamespace(
        id=shown(seller, "the client id"),
        secret=shown(seller, "the client secret"),
        callback=f"{site}/callback",
    )


def add_webhook(seller: Page, receiver) -> None:
    seller.get_by_role("link", name="Home").click()
    seller.get_by_role("link", name="Be told what happens").click()
    seller.get_by_label("Address").fill(receiver.url)
    seller.get_by_role("button", name="Add the endpoint").click()
    seller.get_by_role("button", name="Send a test event").click()
    send_all()
    assert [each.json["type"] for each in receiver.received] == ["endpoint.tested"]


def sell_to_test_buyer(seller: Page, open_page, app: SimpleNamespace, server: str) -> None:
    """Sell by the API to a test buyer, who decides in a browser of its own."""
    seller.get_by_role("link", name="Home").click()
    seller.get_by_role("link", name="Make a test buyer").click()
    seller.get_by_label("Name").fill("Reader of lamps")
    seller.get_by_role("button", name="Make it").click()
    name, password = shown(seller, "the log-in name"), shown(seller, "the password")
    seller.get_by_role("button", name="Issue a token").click()
    token, api = shown(seller, "the token"), f"{server}/v2/direct_charge/livechat"
    charge = call(token, api, name="A lamp", price=1_250, quantity=1, test=True, return_url=None)
    tried = open_page()
    tried.goto(charge["confirmation_url"])
    log_in(tried, name, password)
    tried.get_by_role("button", name="Make a test payment").click()
    expect(tried.get_by_role("heading", level=1)).to_have_text("Accepted")
    call(token, f"{api}/{charge['id']}/activate")
    work()
    tried.reload()
    expect(tried.get_by_role("heading", level=1)).to_have_text("Paid")


def be_approved(seller: Page, staff: Page, server: str) -> None:
    seller.get_by_role("link", name="Home").click()
    seller.get_by_role("link", name="Submit the application for approval").click()
    seller.get_by_role("button", name="Submit for approval").click()
    staff.get_by_role("link", name="Applications that wait for approval").click()
    staff.get_by_role("link", name="Lamp Light").first.click()
    act_as_staff(staff, "Approve")
    seller.reload()
    expect(seller.get_by_text("It sells for real money")).to_be_visible()


def make_buyer():
    buyer = AccountFactory()
    PaymentOptionFactory(organization=buyer.organization)
    return buyer


def be_allowed(seller: Page, buyer: Page, app: SimpleNamespace, server: str) -> str:
    """Let the buyer give the application a token, by the address and the pair of the quick start."""
    seller.get_by_role("link", name="Quick start").click()
    buyer.goto(shown(seller, "the address"))
    buyer.get_by_role("button", name="Allow").click()
    buyer.wait_for_url(f"{app.callback}?**")
    command = seller.locator("pre[data-name='the command']").text_content()
    terms = {
        "grant_type": "authorization_code",
        "code": parse_qs(urlsplit(buyer.url).query)["code"][0],
        "redirect_uri": app.callback,
        "code_verifier": re.search("code_verifier=([^']+)", command)[1],
        "client_id": app.id,
        "client_secret": app.secret,
    }
    with urlopen(f"{server}/oauth/token/", urlencode(terms).encode()) as answer:
        return json.load(answer)["access_token"]


def sell_subscription(buyer: Page, token: str, server: str) -> None:
    api = f"{server}/v2/recurrent_charge/livechat"
    offer = call(token, api, name="Lamp monthly", price=1_900, return_url=None)
    buyer.goto(offer["confirmation_url"])
    buyer.get_by_role("button", name="Subscribe for $19.00 a month").click()
    expect(buyer.get_by_role("heading", level=1)).to_have_text("Accepted")
    call(token, f"{api}/{offer['id']}/activate")
    work()


def be_paid_out(seller: Page, staff: Page, server: str) -> None:
    """See the seller's share, ask for it, and let a second person approve it."""
    seller.get_by_role("link", name="Money").click()
    expect(seller.locator(".total")).to_contain_text("$15.20")
    seller.get_by_role("link", name="Ask for a payout", exact=True).click()
    seller.get_by_role("link", name="Set up").click()
    expect(seller.get_by_label("Legal name of the holder")).to_have_value("Lamp Works")
    expect(seller.get_by_label("Country")).to_have_value("DE")
    seller.get_by_label("IBAN", exact=True).fill("DE89370400440532013000")
    seller.get_by_label("Street and number").fill("Lampenweg 1")
    seller.get_by_label("Town").fill("Berlin")
    seller.get_by_role("button", name="Save").click()
    seller.get_by_role("button", name="Request payout").click()
    expect(seller.locator("section", has_text="Recent payouts")).to_contain_text("Waits for approval")
    staff.goto(f"{server}/admin/")
    staff.get_by_role("link", name="Payouts that wait for approval").click()
    staff.get_by_role("link", name="15.20 USD").click()
    act_as_staff(staff, "Approve payout")
    seller.reload()
    expect(seller.locator("section", has_text="Recent payouts")).to_contain_text("Approved")


def find_receipt_and_cancel(buyer: Page, server: str) -> None:
    buyer.goto(f"{server}/account/")
    buyer.get_by_role("link", name="Payments, receipts and refunds").click()
    buyer.get_by_role("link", name="Receipt for Lamp monthly").click()
    expect(buyer.locator("dl.facts")).to_contain_text("$19.00")
    buyer.goto(f"{server}/account/")
    buyer.get_by_role("link", name="Cancel Lamp monthly").click()
    buyer.get_by_role("button", name="Cancel on").click()
    expect(buyer.get_by_role("heading", level=1)).to_contain_text("Ends on")
