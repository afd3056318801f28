"""The pages of one charge, subscription, event and delivery, and what can be done there."""

import pytest

from charges.models import Charge, RefundRequest
from customers.models import IdempotencyKey
from events.models import Event
from tests.claimed_keys import claim_key
from tests.console.sellers import Seller
from tests.console.test_lists import at, deliver_all, log_in, read_file, text_of
from tests.invoicing.papers import issue_for
from webhooks.models import Delivery, Sending

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def seller():
    return Seller()


@pytest.fixture
def owner(seller):
    return log_in(seller.owner)


def refund(browser, charge, *, key=None, **said):
    page = browser.get(at("charges", f"{charge.public_id}/"))
    said = {"amount": "0.50", "reason": "Too late", "key": key or page.context["key"]} | said
    return browser.post(at("charges", f"{charge.public_id}/refund/"), said)


def test_a_charge_shows_who_agreed_what_was_tried_and_what_was_booked(seller, owner):
    charge = seller.sell()
    page = text_of(owner.get(at("charges", f"{charge.public_id}/")))
    assert "$2.00" in page
    assert f"{charge.buyer_account.email} accepted" in page
    assert "Captured" in page
    assert "Collection $1.60" in page.replace("|", "")
    failed = seller.sell(failed=True)
    assert "Declined" in text_of(owner.get(at("charges", f"{failed.public_id}/")))
    seen_by_developer = text_of(log_in(seller.member()).get(at("charges", f"{charge.public_id}/")))
    assert "On your account" not in seen_by_developer
    assert "Give back" not in seen_by_developer


def test_billing_downloads_the_papers_of_what_was_sold_and_nobody_else_does(seller, owner):
    charge = seller.sell()
    paper = issue_for(charge)
    page = owner.get(at("charges", f"{charge.public_id}/"))
    assert f"Tax invoice {paper.name}" in text_of(page)
    for form, begin in (("pdf", b"%PDF"), ("xml", b"<?xml")):
        address = at("papers", f"{paper.public_id}.{form}")
        assert f'href="{address}"' in page.content.decode()
        assert owner.get(address).content.startswith(begin)
        assert log_in(seller.member(is_developer=True)).get(address).status_code == 403
        assert log_in(Seller("Others").owner).get(address).status_code == 404
    assert owner.get(at("papers", f"{paper.public_id}.exe")).status_code == 404
    seen_by_developer = text_of(log_in(seller.member()).get(at("charges", f"{charge.public_id}/")))
    assert paper.name not in seen_by_developer


@pytest.mark.parametrize(
    ("currency", "shown", "written"), [("JPY", "¥1,500", "1500"), ("KWD", "KWD 1.500", "1.500")]
)
def test_amounts_have_the_decimals_of_their_currency_on_pages_and_in_files(
    seller, owner, settings, currency, shown, written
):
    settings.DEFAULT_CURRENCY = currency
    charge = seller.sell(price_minor=1500, quantity=1)
    seller.subscribe(price_minor=1500, stage="activated")
    for address in (
        at("charges"),
        at("charges", f"{charge.public_id}/"),
        at("subscriptions"),
        at("customers"),
    ):
        assert shown in text_of(owner.get(address)), address
    for name in ("charges", "subscriptions"):
        head, *rows = read_file(owner, name)
        assert written in rows[0], (name, head)


def test_billing_gives_back_once_for_a_page_and_developers_cannot(seller, owner):
    charge = seller.sell()
    key = owner.get(at("charges", f"{charge.public_id}/")).context["key"]
    for _ in range(2):
        assert refund(owner, charge, key=key).status_code == 303
    [made] = RefundRequest.objects.filter(charge=charge)
    assert (made.amount_minor, made.reason, made.actor) == (
        50,
        "Too late",
        f"console/account:{seller.owner.public_id}",
    )
    assert Charge.objects.filter(refund_of=charge).count() == 1
    page = text_of(owner.get(at("charges", f"{charge.public_id}/")))
    assert "The refund is on its way." in page
    assert "$0.50" in page
    assert refund(log_in(seller.member(is_developer=True)), charge, key=key).status_code == 403


def test_who_presses_again_while_the_first_press_is_worked_on_still_gives_back_once(seller, owner):
    charge = seller.sell()
    key = str(owner.get(at("charges", f"{charge.public_id}/")).context["key"])
    claim_key(
        principal=f"console/account:{seller.owner.public_id}",
        path=at("charges", f"{charge.public_id}/refund/"),
        key=key,
        said={"amount": "0.50", "reason": "Too late"},
    )
    page = refund(owner, charge, key=key)
    assert (page.status_code, page.context["notice"]) == (
        409,
        "This is still being worked on. Try again in a moment.",
    )
    for name, value in {"key": key, "amount": "0.50", "reason": "Too late"}.items():
        assert f'name="{name}" value="{value}"' in page.content.decode()
    IdempotencyKey.objects.all().delete()  # The first press came to nothing.
    other = refund(owner, charge, key=key, amount="x")
    assert str(other.context["key"]) != key


@pytest.mark.parametrize(
    "said",
    [{"amount": "3"}, {"amount": "x"}, {"reason": ""}, {"key": "x"}, {"amount": "1e400"}, {"amount": "-1"}],
)
def test_a_refund_that_cannot_be_is_refused_on_the_page(seller, owner, said):
    charge = seller.sell()
    answer = refund(owner, charge, **said)
    assert answer.status_code == 409
    assert answer.context["notice"]
    assert not RefundRequest.objects.exists()


def test_a_large_refund_waits_for_the_marketplace(seller, owner, settings):
    settings.REFUND_APPROVAL_LIMIT = {"USD": 100}
    charge = seller.sell()
    assert refund(owner, charge, amount="").status_code == 303
    page = text_of(owner.get(at("charges", f"{charge.public_id}/")))
    assert "once the marketplace has approved it" in page
    assert not Charge.objects.filter(refund_of=charge).exists()


def test_a_subscription_shows_its_periods_and_how_it_goes_on(seller, owner):
    subscription = seller.subscribe()
    address = at("subscriptions", f"{subscription.public_id}/")
    assert "every month" in text_of(owner.get(address))
    before = Event.objects.count()
    year = owner.post(f"{address}preview/", {"payments": "arrive"})
    assert [each.step.type for each in year.context["steps"]].count("subscription.renewed") == 12
    failing = text_of(owner.post(f"{address}preview/", {"payments": "fail"}))
    assert "next try" in failing
    assert "subscription.frozen" in failing
    assert Event.objects.count() == before
    foreign = owner.post(f"{address}preview/", headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403


def test_an_event_shows_its_body_and_a_delivery_its_tries_and_is_sent_again(seller, owner):
    seller.sell()
    deliver_all(seller)
    delivery = Delivery.objects.order_by("pk").first()
    Delivery.objects.filter(pk=delivery.pk).update(dead_at=delivery.created_at, due_at=None, tries=1)
    Sending.objects.create(
        delivery=delivery,
        number=1,
        sent_at=delivery.created_at,
        latency_ms=321,
        status_code=503,
        answer="<b>Oh",
    )
    event = owner.get(at("events", f"{delivery.event.public_id}/"))
    assert '"livemode": true' in text_of(event)
    address = at("deliveries", f"{delivery.pk}/")
    page = owner.get(address)
    assert "503" in text_of(page)
    assert "321 ms" in text_of(page)
    assert "&lt;b&gt;Oh" in page.content.decode()
    assert "Dead" in text_of(owner.get(at("deliveries", "?status=dead")))
    assert owner.post(f"{address}resend/").status_code == 303
    delivery.refresh_from_db()
    assert (delivery.dead_at, delivery.due_at is not None) == (None, True)
    span = {"since": "2020-01-01T00:00", "until": "2100-01-01T00:00", "endpoint": delivery.endpoint.public_id}
    assert owner.post(at("deliveries", "replay/"), span).status_code == 303
    assert "sent again" in text_of(owner.get(at("deliveries")))
    wrong = owner.post(at("deliveries", "replay/"), span | {"until": "soon"})
    assert (wrong.status_code, wrong.context["notice"][:5]) == (400, "Until")
