"""Every page that people meet: accessible in both colour schemes, by keys, and on a very small screen."""

from datetime import timedelta

import pytest

from core import clock
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    CallerFactory,
    ChargeFactory,
    OrganizationFactory,
    PayoutAccountFactory,
    PayoutFactory,
    SubscriptionFactory,
)
from payouts.sending.paid_or_returned import return_payout
from tests.browser.account_pages import list_account_pages
from tests.browser.visits import visit
from tests.desk import bring_to, consent_link, link, subscription_at

STAGES = (
    "pending",
    "accepted",
    "declined",
    "withdrawn",
    "lapsed",
    "trial",
    "past_due",
    "frozen",
    "cancelled",
    "expired",
)
DESKTOP, SMALL = {"width": 1280, "height": 720}, {"width": 320, "height": 640}
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 3


@pytest.fixture
def pages(shop):
    """Name, address and reader of every page; the texts are long."""
    trust(shop.app, "https://seller.example")
    caller = CallerFactory(account=shop.buyer, application=shop.app)
    return [
        ("landing", "/", None),
        ("login", "/login/?next=/account/", None),
        ("not found", "/nothing-here", None),
        ("consent", consent_link(shop.app), shop.buyer),
        ("consent refused", consent_link(shop.app, redirect_uri="https://evil.example"), shop.buyer),
        ("open", f"/?id={shop.charge.public_id}", shop.buyer),
        ("unknown", "/?id=x", shop.buyer),
        *list_account_pages(shop, LONG),
        *list_charges(shop, caller),
        *list_subscriptions(shop, caller),
        *list_before_consent(shop),
        ("account", "/account/", shop.buyer),
        ("statements", "/account/statements/", shop.buyer),
        *list_payouts(),
    ]


def list_charges(shop, caller):
    """A charge in each state, and those that are not to be decided."""
    for status in ("accepted", "declined", "processed", "success", "failed"):
        charge = ChargeFactory(caller=caller, name=LONG[:255], test=status == "success", per_account=True)
        yield status, link(bring_to(charge, status)), shop.buyer
    yield "to close", link(bring_to(ChargeFactory(caller=caller, return_url=""), "accepted")), shop.buyer
    yield "test charge", link(ChargeFactory(caller=caller, test=True, return_url="")), shop.buyer
    trust(shop.app, "https://gone.example")
    moved = ChargeFactory(
        caller=CallerFactory(account=shop.buyer, application=shop.app),
        return_url="https://gone.example/" + "long" * 60,
    )
    yield "not trusted", link(bring_to(moved, "accepted")), shop.buyer
    trust(shop.app, "https://seller.example")
    with clock.travel_to(clock.now() - timedelta(days=31)):
        expired = ChargeFactory(caller=caller, name=LONG[:255])
    yield "expired", link(expired), shop.buyer
    yield (
        "no role",
        link(expired),
        AccountFactory(organization=shop.buyer.organization, has_billing_role=False),
    )
    poor = AccountFactory(organization=OrganizationFactory(name=LONG[:255]))
    cardless = ChargeFactory(
        caller=CallerFactory(account=poor, application=shop.app), name=LONG[:255], price_minor=9_999_999
    )
    yield "no card", link(cardless), poor


def list_subscriptions(shop, caller):
    """A subscription at each stage, and what belongs to one whose payment is retried."""
    for stage in STAGES:
        name = LONG[: 255 - len(stage)] + stage
        terms = {"name": name, "per_account": stage == "pending", "trial_days": 14}
        subscription = subscription_at(stage, caller, **terms)
        yield f"recurrent {stage}", link(subscription), shop.buyer
        if stage == "past_due":
            yield "payment of a subscription", link(subscription.charges.latest("period")), shop.buyer
            yield "cancel", f"/account/subscriptions/{subscription.public_id}/cancel/", shop.buyer


def list_before_consent(shop):
    """Offers of an app that starts what is accepted and allows one of a kind; and what can be withdrawn."""
    rules = {"starts_when_accepted": True, "allows_second": False}
    app = ApplicationFactory(organization=shop.app.organization, name=LONG[:255], **rules)
    caller, name = CallerFactory(account=shop.buyer, application=app), LONG[:240]
    yield "starts", link(ChargeFactory(caller=caller, name=f"{name} starts")), shop.buyer
    for number in (1, 2):
        offer = SubscriptionFactory(caller=caller, name=f"{name} taken", accepted=number == 1, trial_days=14)
    yield "taken", link(offer), shop.buyer
    accepted = ChargeFactory(
        caller=CallerFactory(account=shop.buyer, application=shop.app), name=LONG[:255], accepted=True
    )
    yield "withdraw", f"/account/direct_charge/{accepted.public_id}/withdraw/", shop.buyer


def list_payouts():
    """What a seller can be paid, payouts that wait and came back, and where they go."""
    account = PayoutAccountFactory(
        currency="USD", holder=LONG[:70], organization=OrganizationFactory(name=LONG[:255])
    )
    returned = PayoutFactory(account=account, sent=True)
    return_payout(returned.pk, actor="test", reason=LONG[:255])
    PayoutFactory(account=account)
    seller = AccountFactory(organization=account.organization)
    yield "payouts", "/account/payouts/", seller
    yield "payouts of nobody", "/account/payouts/", AccountFactory()
    yield "payout account", "/account/payouts/account/?currency=USD", seller


def trust(app, origin):
    """Let the app send its buyers back to this origin alone."""
    app.return_origins = [origin]
    app.save()


def test_every_page_is_for_all_eyes_keys_and_screens_and_names_itself(pages, shop, open_page):
    windows, troubles, titles = {}, [], {}
    for name, path, reader in pages:
        if reader not in windows:
            windows[reader] = open_page(reader, bypass_csp=True)
        troubles += visit(windows[reader], shop.server + path, name)
        titles.setdefault(windows[reader].title(), []).append(name)
    assert not troubles, "\n".join(troubles)
    same = ({"accepted", "to close", "not trusted"}, {"payouts", "payouts of nobody"})
    doubled = [{*names} for names in titles.values() if len(names) > 1]
    assert all(any(names <= each for each in same) for names in doubled), titles
