"""The pictures of the demo in the documentation, made anew by UPDATE_SCREENSHOTS=1."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.db.models import OuterRef, Subquery

from access.oauth.bearer_tokens import find_caller
from approvals.models import Approval, ApprovalStatus
from bookkeeping.closing import prepare_months
from bookkeeping.figures.counting import count_figures
from bookkeeping.models import Difference
from charges.models import Attempt, AttemptState, Charge, Dispute, DisputeStatus
from core import clock
from core.ids import new_public_id
from customers.models import Account, Application
from events.models import Event
from ledger.models import Month
from operations.demo import BUYER, SELLER, STAFF
from operations.demo_history.making import make_history
from operations.factories import SubscriptionFactory
from request_log.entries import Entry, Owner
from request_log.write import write_entries
from subscriptions.models import Subscription
from testmode.advance_clock import advance_to_next_event
from testmode.buyers import create_test_buyer
from testmode.selling import start_test_subscription
from tests.backoffice.second_factors import add_app
from tests.browser.clicks import let_in
from tests.browser.pictures import ARE_MADE, photograph
from tests.desk import link
from tests.tokens import issue_test_token
from webhooks.endpoints import create_endpoint
from webhooks.fan_out import deliver_to
from webhooks.models import Sending

pytestmark = pytest.mark.skipif(
    not ARE_MADE, reason="Six months are made for these pictures: UPDATE_SCREENSHOTS=1 makes them anew."
)
NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
DESKTOP = {"width": 1_100, "height": 760}
WITH_MENU = {"width": 1_280, "height": 780}
PHONE = {"width": 390, "height": 780}


@pytest.fixture
def demo(live_server, settings, monkeypatch):
    """The demo's six months up to a fixed instant, at which the server's clock stands too."""
    with clock.travel_to(NOW):
        make_history(force=True)
        app = Application.objects.get(client_id=SELLER.client_id)
        tried = make_tried(app)
        make_webhooks(app)
        log_requests(app)
        offer = make_offer(app)
    settings.REQUEST_LOG_DAYS = 30
    monkeypatch.setattr(clock, "read_wall_clock", lambda: NOW)
    subscription = Subscription.objects.get(buyer__name=BUYER.organization, name="Chat themes")
    return SimpleNamespace(
        server=live_server.url,
        seller=Account.objects.get(email=SELLER.email),
        buyer=Account.objects.get(email=BUYER.email),
        app=app,
        tried=tried,
        subscription=subscription,
        charge=Charge.objects.get(order_application=app, name="Kite icons", refunds__isnull=False),
        offer=offer,
    )


def make_tried(app):
    """A test buyer whose subscription has gone on for some months."""
    tried = create_test_buyer(seller_id=app.organization_id, name="A year at Nova").buyer
    start_test_subscription(
        tried, application=app, name="Chat themes", price_minor=1_900, months=1, trial_days=14
    )
    for _ in range(4):
        advance_to_next_event(tried.pk)
    return tried


def make_webhooks(app):
    """An endpoint that was told of the newest events."""
    endpoint = create_endpoint(application_id=app.pk, url="https://kites.example/webhooks").endpoint
    newest = Event.objects.filter(application_id=app.pk).order_by("-pk")[:60]
    deliver_to(endpoint, list(reversed(newest)))
    Sending.objects.bulk_create(
        Sending(delivery=each, number=1, sent_at=NOW, latency_ms=20 + place % 7, status_code=200)
        for place, each in enumerate(endpoint.deliveries.order_by("pk"))
    )
    told = Event.objects.filter(pk=OuterRef("event")).values("occurred_at")
    endpoint.deliveries.update(created_at=Subquery(told), delivered_at=NOW, due_at=None, tries=1)


def make_offer(app):
    """A subscription that waits for the demo's buyer."""
    buyer = Account.objects.get(email=BUYER.email)
    caller = find_caller(issue_test_token(buyer, app))
    return SubscriptionFactory(caller=caller, name="Report Builder Plus", trial_days=14)


def log_requests(app):
    """What the app's program asked the API on its last day."""
    charge = f"/v2/direct_charge/livechat/{new_public_id()}"
    asked = (
        ("POST", "/v2/direct_charge/livechat", 201, ""),
        ("GET", charge, 200, ""),
        ("PUT", f"{charge}/activate", 200, ""),
        ("POST", "/v2/direct_charge/livechat", 422, "price: must be an integer of at least 1"),
        ("GET", charge, 200, ""),
        ("PUT", f"{charge}/activate", 409, "The charge is not accepted."),
        ("GET", "/v2/ledger/livechat/balance", 200, ""),
    )
    owner = Owner(app.organization_id, app.pk)
    write_entries(
        [
            Entry(owner, method, path, status, f"{place + 1:x}" * 32, 8 + 3 * place, refusal, True, ended)
            for place, (method, path, status, refusal) in enumerate(asked)
            for ended in [NOW - timedelta(minutes=7 * (9 - place))]
        ]
    )


def test_the_console_can_be_photographed(demo, open_page):
    page = open_page(demo.seller, viewport=DESKTOP)
    console = f"{demo.server}/console"
    endpoint = demo.app.webhook_endpoints.get()
    for name, path in {
        "home": "/",
        "charges": "/charges/",
        "charge": f"/charges/{demo.charge.public_id}/",
        "application": f"/applications/{demo.app.client_id}/",
        "webhooks": f"/deliveries/?endpoint={endpoint.public_id}",
        "requests": "/requests/",
        "money": "/money/",
        "test-buyer": f"/test-buyers/{demo.tried.organization.public_id}/",
    }.items():
        page.goto(console + path)
        if name == "test-buyer":
            page.evaluate("document.getElementById('subscriptions').scrollIntoView()")
        photograph(page, f"console-{name}.png")
    page.goto(f"{console}/subscriptions/{demo.subscription.public_id}/")
    page.get_by_role("button", name="What if the card fails?").click()
    page.evaluate("document.getElementById('preview').scrollIntoView()")
    photograph(page, "console-preview.png")


def test_the_account_can_be_photographed(demo, open_page):
    page = open_page(demo.buyer, viewport=DESKTOP)
    page.goto(f"{demo.server}/account/")
    photograph(page, "account.png")
    page.goto(f"{demo.server}/account/payments/")
    photograph(page, "account-payments.png")
    page.goto(f"{demo.server}/account/subscriptions/{demo.subscription.public_id}/cancel/")
    photograph(page, "account-cancel.png")


@pytest.fixture
def staff(demo, open_page):
    """A window of the demo's staff; the months are open, and what is to be settled waits."""
    while prepare_months():
        pass
    count_figures()
    page = open_page(viewport=WITH_MENU)
    let_in(User.objects.get(username=STAFF["username"]), page, demo.server)
    return page


def test_the_admin_can_be_photographed(demo, staff):
    charge = Charge.objects.get(order_application=demo.app, name="Sound pack", total_minor=2_100)
    sold = f"charges/charge/{demo.charge.pk}"
    visit_and_photograph(
        staff,
        f"{demo.server}/admin",
        {
            "first-page": "",
            "search": "search/?q=120.00",
            "charges": "charges/charge/?amount_from=20",
            "charge": f"{sold}/change/",
            "timeline": f"{sold}/timeline/",
            "subscriptions": "subscriptions/subscription/",
            "payouts": "payouts/payout/",
            "month": f"ledger/month/{Month.objects.latest('starts_at').pk}/change/",
            "roles": "roles/",
            "reports": "ledger/month/reports/",
        },
    )
    buyer = f"customers/organization/{demo.subscription.buyer_id}/change/"
    for name, path, part in (
        ("needs-a-look", "", staff.get_by_role("heading", name="What needs a look")),
        ("buyer", buyer, staff.locator(".field-country")),
    ):
        staff.goto(f"{demo.server}/admin/{path}")
        part.evaluate("part => part.scrollIntoView()")
        photograph(staff, f"admin-{name}.png")
    staff.goto(f"{demo.server}/admin/charges/charge/{charge.pk}/refund/")
    staff.fill("#id_amount", "7.00")
    staff.fill("#id_reason", "One of the three packs did not work.")
    staff.get_by_role("button", name="Go on").click()
    staff.get_by_role("button", name="Refund").wait_for()
    photograph(staff, "admin-refund.png")
    staff.get_by_role("button", name="Refund").click()
    staff.get_by_text("The refund is on its way.").wait_for()
    staff.goto(f"{demo.server}/admin/customers/auditline/")
    photograph(staff, "admin-audit.png")


def test_what_a_person_decides_can_be_photographed(demo, staff):
    attempt = Attempt.objects.filter(state=AttemptState.NEEDS_REVIEW).latest("pk")
    approval = Approval.objects.filter(status=ApprovalStatus.REQUESTED).latest("pk")
    dispute = Dispute.objects.filter(status=DisputeStatus.OPENED).latest("pk")
    visit_and_photograph(
        staff,
        f"{demo.server}/admin",
        {
            "approval": f"approvals/approval/{approval.pk}/approve/",
            "dispute": f"charges/dispute/{dispute.pk}/change/",
            "settle": f"charges/attempt/{attempt.pk}/settle/",
            "difference": f"bookkeeping/difference/{Difference.objects.latest('pk').pk}/settle/",
        },
    )
    staff.goto(f"{demo.server}/admin/ledger/correction/add/")
    for line, account in ((1, "processor_fees"), (2, "buyer_clearing")):
        staff.select_option(f"#id_line_{line}_account", value=account)
        staff.fill(f"#id_line_{line}_amount", "12.34")
    staff.fill("#id_reason", "A fee that the processor told of by letter.")
    photograph(staff, "admin-correction.png")


def test_the_admin_can_be_photographed_on_a_phone_and_in_the_dark(demo, staff):
    staff.emulate_media(color_scheme="dark")
    staff.goto(f"{demo.server}/admin/")
    photograph(staff, "admin-dark.png")
    staff.emulate_media(color_scheme="light")
    staff.set_viewport_size(PHONE)
    staff.goto(f"{demo.server}/admin/charges/charge/?amount_from=20")
    photograph(staff, "admin-phone.png")


def test_the_second_factor_can_be_photographed(demo, open_page):
    person = User.objects.get(username=STAFF["username"])
    add_app(person)
    page = let_in(person, open_page(viewport=DESKTOP), demo.server)
    page.goto(f"{demo.server}/admin/")
    page.get_by_label("Code").wait_for()
    photograph(page, "admin-second-factor.png")


def visit_and_photograph(page, admin, paths):
    """Keep a picture of each page of the admin by the name that it gets in the documentation."""
    for name, path in paths.items():
        page.goto(f"{admin}/{path}")
        photograph(page, f"admin-{name}.png")


def test_what_everybody_sees_can_be_photographed(demo, open_page):
    page = open_page(viewport=DESKTOP)
    page.goto(f"{demo.server}/docs/")
    photograph(page, "docs.png")
    page.goto(f"{demo.server}/login/")
    photograph(page, "log-in.png")
    phone = open_page(demo.buyer, viewport=PHONE)
    phone.goto(demo.server + link(demo.offer))
    photograph(phone, "hosted-page-phone.png")
