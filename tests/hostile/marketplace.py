"""A marketplace with one of everything, and who asks at each of its doors."""

from django.conf import settings
from django.test import Client

from access.api_keys import issue_api_key
from access.models import AuthenticatorApp
from charges.models import Charge
from charges.refunds.ask import ask_refund
from core import clock
from customers.models import Account
from operations.factories import (
    AccountFactory,
    MerchantFactory,
    PaymentOptionFactory,
    PayoutAccountFactory,
    ServiceUserFactory,
    SignUpFactory,
    UserFactory,
)
from operations.factories.payouts import earn
from payouts.request import Requester, request_payout
from testmode.buyers import create_test_buyer
from tests.backoffice import second_factors
from tests.card_entry import begin, entered, find_session
from tests.dialects.billy.world import Company
from tests.dialects.text.world import World
from tests.dialects.unibill.shop import Shop
from tests.dialects.unibill.test_tenants import furnish
from tests.invoicing.papers import issue_for
from tests.service_users import basic
from tests.tokens import issue_test_token
from webhooks.endpoints import create_endpoint
from webhooks.repair import send_test_event

CSRF = "c" * 32
SELLING = "billing_manage billing--all:rw ledger_read payouts_manage"
REFUND = {"amount_minor": 50, "reason": "It did not work.", "actor": "test"}
URL = "https://seller.example/webhooks"


class Marketplace:
    """`pools` has public ids by the name of the place in a path, `callers` the headers of each principal."""

    def __init__(self) -> None:
        self.world = World()
        self.buyer = self.world.account
        self.owner = AccountFactory(
            organization=self.world.seller, email="owner@seller.example", owner=True, is_developer=True
        )
        self.root = UserFactory(username="root", email="root@marketplace.example", superuser=True)
        self.secret = second_factors.add_app(self.root)
        self.pools: dict[str, list[str]] = {"product": ["livechat"], "month": [f"{clock.now():%Y-%m}"]}
        self.callers: dict[str, dict[str, str]] = {"nobody": {}}
        self._make_what_stays()
        self.renew()

    def renew(self) -> None:
        """Make what requests use up: charges, subscriptions, payouts, a card, log-ins."""
        self._make_charges()
        self._make_payouts()
        self.pools["card_id"] = [str(PaymentOptionFactory(organization=self.world.buyer).public_id)]
        self._log_in()

    def _make_what_stays(self) -> None:
        world, seller = self.world, self.world.seller
        PayoutAccountFactory(organization=seller, currency="USD")
        endpoint = create_endpoint(application_id=world.app.pk, url=URL).endpoint
        buyer = create_test_buyer(seller_id=seller.pk, name="A year at Nova").buyer
        self.pools |= {
            "endpoint_id": [str(endpoint.public_id)],
            "event_id": [str(send_test_event(endpoint.pk).event.public_id)],
            "buyer_id": [str(buyer.organization.public_id)],
            "client_id": [world.app.client_id],
            "number": ["1"],
            "sign_up": [str(SignUpFactory().pk)],
        }
        self._make_company()
        self._make_shop()
        self._begin_card_entries()
        own = world.token(self.owner, scopes=SELLING)
        self.callers |= {
            "buyer": bearer(world.token()),
            "owner": bearer(own),
            "marketplace": bearer(world.token(app=world.marketplace)),
            "operator": bearer(world.operator_token()),
            "other buyer": bearer(issue_test_token(world.other_account, world.app)),
            "client": {"Authorization": basic(world.app.client_id, "wrong")},
        }

    def _make_company(self) -> None:
        company = Company()
        plan, customer = company.plan(), company.customer()
        agreed = [company.subscription(customer, plan, payment_uri="tok_test_approve") for _ in range(2)]
        self.callers["company"] = {"Authorization": basic(company.key, "")}
        self.callers["other company"] = {"Authorization": basic(issue_api_key(MerchantFactory()), "")}
        self.pools |= {
            "company_guid": [company.guid],
            "plan_guid": [plan["guid"]],
            "customer_guid": [customer["guid"]],
            "subscription_guid": [row["guid"] for row in agreed],
            "invoice_guid": [row["guid"] for row in company.items("invoices")],
            "transaction_guid": [row["guid"] for row in company.items("transactions")],
        }

    def _make_shop(self) -> None:
        shop = Shop()
        ServiceUserFactory(username="api-other", merchants=[MerchantFactory()])
        ids = furnish(shop, shop.merchant.account_number)
        self.pools |= {name: [str(value)] for name, value in ids.items()}
        self.pools["accountId"] = [str(shop.merchant.account_number)]
        self.callers |= {
            "shop": {"Authorization": basic()},
            "other shop": {"Authorization": basic("api-other")},
        }

    def _make_charges(self) -> None:
        world = self.world
        charges = [world.charge(status) for status in ("pending", "accepted", "success")]
        subscriptions = [world.subscription(status) for status in ("pending", "accepted", "active")]
        payment = Charge.objects.filter(subscription=subscriptions[-1]).latest("pk")
        asked = {"requested_by_account": self.owner, **REFUND}
        refunds = [ask_refund(charge_id=charge.pk, **asked) for charge in (charges[-1], payment)]
        self.pools |= {
            "charge": [str(charge.public_id) for charge in charges],
            "subscription": [str(subscription.public_id) for subscription in subscriptions],
            "payment_id": [str(payment.public_id)],
            "refund_id": [str(refund.public_id) for refund in refunds],
            "invoice_id": [str(issue_for(charges[-1]).public_id)],
        }

    def _make_payouts(self) -> None:
        earn(self.world.seller, 10_000)
        requester = Requester(actor="test", account=self.owner)
        payout = request_payout(
            organization_id=self.world.seller.pk, currency="USD", amount_minor=1_000, requester=requester
        )
        self.pools["payout_id"] = [str(payout.public_id)]

    def _begin_card_entries(self) -> None:
        """Once only: the buyer may begin twenty in an hour."""
        entry = begin(self.buyer)
        self.pools["entry_id"] = [str(entry.id), str(entered(self.buyer))]
        self.pools["session"] = [find_session(entry.url)]

    def _log_in(self) -> None:
        browsers = {"page of buyer": log_in(self.buyer), "page of owner": log_in(self.owner)}
        browsers["admin"] = second_factors.browse(self.root)
        AuthenticatorApp.objects.update(last_step=0)  # A code may come again, as often as there is a log-in.
        factor = {"code": second_factors.code_of(self.secret, later=1)}
        browsers["admin"].post(second_factors.CHECK, factor)
        self.callers |= {name: cookies_of(browser) for name, browser in browsers.items()}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def log_in(account: Account) -> Client:
    browser = Client()
    browser.force_login(account.user)
    return browser


def cookies_of(browser: Client) -> dict[str, str]:
    """The session, and the cookie that says the same as the field of a form, or as a script's header."""
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={CSRF}"
    return {"Cookie": cookies, "X-CSRFToken": CSRF}
