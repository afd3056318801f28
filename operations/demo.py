"""Tenants to try everything with. Their secrets are printed here for all to read: never beside real money."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import is_password_usable
from django.contrib.auth.models import User
from django.db.models import Q

from access.oauth.access_tokens import issue_token
from access.oauth.scopes import BILLING_ADMIN, LEDGER_READ, PRODUCT_SCOPES
from access.service_users import create_service_user
from core import clock
from core.errors import BillingError
from customers.models import Account, Application, Merchant, Organization, ServiceUser
from customers.payment_options import find_default_option
from gateway.cards import Card, Secret
from gateway.registry import get_gateway, has_live_gateway
from operations.docs_app import DOCS_CLIENT_ID
from operations.factories import (
    AccountFactory,
    ApplicationFactory,
    MerchantFactory,
    PaymentOptionFactory,
    UserFactory,
)
from subscriptions.models import Plan
from subscriptions.plans import create_plan
from subscriptions.schedule import Frequency

CHARGING = list(PRODUCT_SCOPES.values())
SELLING = [*CHARGING, LEDGER_READ]
RUNNING = [BILLING_ADMIN, *SELLING]
STAFF = {"username": "staff", "password": "staff-demo-password"}
UNIBILL = {"username": "api-demo", "password": "unibill-demo-password"}
PLAN_CODE, PLAN_CENTS = "standard_monthly", 19_99
CARD_NUMBER = "4242424242424242"


class DemoRefused(BillingError):
    """The demo's passwords are public: it is not made here."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """An organisation with one person; those who sell have an app too."""

    organization: str
    email: str
    password: str = ""
    client_id: str = ""
    client_secret: str = ""


SELLER = Tenant(
    "Demo Seller",
    "seller@demo-seller.example",
    "seller-demo-password",
    "5e11e75e11e75e11e75e11e75e11e700",
    "demo-secret-of-the-seller-app",
)
OTHER_SELLER = Tenant(
    "Other Demo Seller",
    "seller@other-demo-seller.example",
    "other-seller-demo-password",
    "07be507be507be507be507be507be500",
    "demo-secret-of-the-other-seller-app",
)
BUYER = Tenant("Demo Buyer", "buyer@demo-buyer.example", "buyer-demo-password")
OTHER_BUYER = Tenant("Other Demo Buyer", "buyer@other-demo-buyer.example", "other-buyer-demo-password")
MARKETPLACE = Tenant(
    "Demo Marketplace",
    "billing@demo-marketplace.example",
    client_id="ada4ada4ada4ada4ada4ada4ada4ada4",
    client_secret="demo-secret-of-the-marketplace-app",
)


def load_demo(*, force: bool = False) -> dict[str, Any]:
    """Make or find the demo tenants and return their credentials, with new access tokens each time.

    `force` allows it on an address that others can reach. Raises DemoRefused there, and always beside a
    live gateway.
    """
    require_demo_allowed(force=force)
    _provide_staff()
    marketplace = provide_account(MARKETPLACE, is_operator=True, sells=True)
    operator = _provide_app(MARKETPLACE, marketplace, RUNNING, first_party=True)
    sellers = {tenant: provide_account(tenant, sells=True) for tenant in (SELLER, OTHER_SELLER)}
    apps = {tenant: _provide_app(tenant, account, SELLING) for tenant, account in sellers.items()}
    _provide_docs_app(sellers[SELLER])
    return {
        "base_url": settings.BASE_URL,
        "seller": _describe_seller(SELLER, sellers[SELLER], apps[SELLER]),
        "other_seller": _describe_seller(OTHER_SELLER, sellers[OTHER_SELLER], apps[OTHER_SELLER]),
        "buyer": _describe_buyer(BUYER, apps[SELLER], operator),
        "other_buyer": _describe_buyer(OTHER_BUYER, apps[SELLER], operator),
        "marketplace": {
            "client_id": operator.client_id,
            "access_token": issue_token(marketplace, operator, RUNNING),
        },
        "staff": STAFF,
        "unibill": _describe_unibill(sellers[SELLER]),
    }


def require_demo_allowed(*, force: bool = False) -> None:
    """Raise DemoRefused beside a live gateway, and where others than this machine can log in."""
    if has_live_gateway():
        raise DemoRefused("The demo is not made beside a live gateway: its passwords are public.")
    if not (settings.IS_LOCAL or force or settings.ALLOW_DEMO):
        raise DemoRefused(
            f"The demo's passwords are public, and others than this machine can reach {settings.BASE_URL}"
            f" (HOST={settings.HOST}); --force or ALLOW_DEMO=1 makes it all the same."
        )


def _provide_staff() -> None:
    user = get_user_model().objects.filter(username=STAFF["username"]).first()
    if user is None:
        UserFactory.create(**STAFF, email="staff@demo-marketplace.example", superuser=True)
    else:
        _open_again(user, STAFF["password"])


def _open_again(user: User, password: str) -> None:
    """Give a log-in its public password back if the demo was closed; one that somebody changed stays."""
    if password and not user.has_usable_password():
        user.set_password(password)
        user.save(update_fields=["password"])


def provide_account(tenant: Tenant, *, is_operator: bool = False, sells: bool = False) -> Account:
    """Find the account, also after somebody changed its e-mail or its user name, or make it.

    Those who sell are owners of their organisation.
    """
    known_by = Q(email=tenant.email) | Q(user__username=tenant.email)
    accounts = Account.objects.select_related("organization", "user").filter(known_by)
    account = accounts.order_by("pk").first()
    if account is not None:
        _open_again(account.user, tenant.password)
    else:
        account = AccountFactory.create(
            organization__name=tenant.organization,
            organization__is_operator=is_operator,
            email=tenant.email,
            user__password=tenant.password or None,
            is_owner=sells,
            is_developer=sells,
        )
    _give_card(account.organization)
    return account


def _give_card(organization: Organization) -> None:
    gateway = get_gateway("sandbox")
    if find_default_option(organization.pk, gateway=gateway.name) is not None:
        return
    card = gateway.tokenize(Card(Secret(CARD_NUMBER), exp_month=12, exp_year=clock.now().year + 9))
    PaymentOptionFactory.create(
        organization=organization,
        gateway_token=card.token,
        brand=card.brand,
        last4=card.last4,
        exp_month=card.exp_month,
        exp_year=card.exp_year,
    )


def _provide_app(
    tenant: Tenant, account: Account, scopes: list[str], *, first_party: bool = False
) -> Application:
    app = Application.objects.filter(client_id=tenant.client_id).first()
    if app is not None and not is_password_usable(app.client_secret):
        app.client_secret = tenant.client_secret
        app.save(update_fields=["client_secret"])
    return app or ApplicationFactory.create(
        client_id=tenant.client_id,
        client_secret=tenant.client_secret,
        name=f"{tenant.organization} app",
        organization=account.organization,
        author_email=tenant.email,
        allowed_scopes=scopes,
        first_party=first_party,
        redirect_uris="https://seller.example/oauth/callback http://localhost:3000/callback",
    )


def _provide_docs_app(account: Account) -> None:
    """Make the app of the API references, or lead it to where this server is now."""
    address = f"{settings.BASE_URL}/docs/oauth2-redirect.html"
    found = Application.objects.filter(client_id=DOCS_CLIENT_ID)
    if not found.update(redirect_uris=address):
        ApplicationFactory.create(
            client_id=DOCS_CLIENT_ID,
            client_type=Application.CLIENT_PUBLIC,
            name="API references",
            organization=account.organization,
            author_email=account.email,
            allowed_scopes=SELLING,
            redirect_uris=address,
        )


def _describe_seller(tenant: Tenant, account: Account, app: Application) -> dict[str, str]:
    return {
        "organization_id": str(account.organization.public_id),
        "email": tenant.email,
        "password": tenant.password,
        "client_id": app.client_id,
        "client_secret": tenant.client_secret,
        "access_token": issue_token(account, app, SELLING),
    }


def _describe_buyer(tenant: Tenant, app: Application, operator: Application) -> dict[str, str | int]:
    account = provide_account(tenant)
    return {
        "organization_id": str(account.organization.public_id),
        "license_id": account.organization.license_id,
        "account_id": str(account.public_id),
        "email": tenant.email,
        "password": tenant.password,
        "access_token": issue_token(account, app, CHARGING),
        "confirm_token": issue_token(account, operator, CHARGING),
    }


def _describe_unibill(seller: Account) -> dict[str, str]:
    merchant = _provide_merchant(seller.organization)
    if not Plan.objects.filter(merchant=merchant, code=PLAN_CODE).exists():
        create_plan(
            merchant=merchant,
            code=PLAN_CODE,
            name="Standard monthly",
            frequency=Frequency.MONTHLY,
            interval=1,
            amount_minor=PLAN_CENTS,
        )
    return {**UNIBILL, "account_id": str(merchant.account_number), "plan_code": PLAN_CODE}


def _provide_merchant(organization: Organization) -> Merchant:
    """Return the merchant account that the demo's service user reaches, made with it the first time."""
    merchant = Merchant.objects.filter(service_users__username=UNIBILL["username"]).first()
    if merchant is None:
        merchant = MerchantFactory.create(organization=organization, without_payouts=True)
        create_service_user(**UNIBILL, merchants=[merchant])
        merchant.refresh_from_db()
    ServiceUser.objects.filter(username=UNIBILL["username"], is_active=False).update(is_active=True)
    return merchant
