"""The caller of a request: one narrow query for a bearer token, its app and its account."""

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from django.db import connection
from psycopg.rows import dict_row

from access.oauth.scopes import (
    BILLING_ADMIN,
    LEDGER_READ,
    PAYOUTS_MANAGE,
    PRODUCT_SCOPES,
    keep_permitted,
)
from core import clock
from customers.errors import BillingRoleMissing, NotAuthenticated, NotAuthorized

# Written out because the ORM spends twice the CPU building this query than PostgreSQL running it
# (a fifth of a request); docs/decisions/0004-bearer-tokens-by-one-query.md.
CALLER_SQL = """
SELECT app.id AS app_id, app.client_id AS app_client_id, app.organization_id AS app_organization_id,
       app.first_party AS app_first_party, app.author_email AS app_author_email, app.products AS app_products,
       app.commission_percent AS app_commission_percent, app.return_origins AS app_return_origins,
       app.prices_exclude_tax AS app_prices_exclude_tax, app.review_status = 'approved' AS app_is_approved,
       seller.public_id AS app_organization_public_id, seller.license_id AS app_license_id,
       seller.is_operator AND buyer.is_operator AS runs_marketplace,
       account.id AS account_id, account.public_id AS account_public_id, account.email,
       account.has_billing_role, buyer.id AS organization_id, buyer.public_id AS organization_public_id,
       buyer.license_id, token.scope AS scopes
FROM oauth2_provider_accesstoken token
JOIN customers_application app ON app.id = token.application_id AND app.is_active
JOIN customers_organization seller ON seller.id = app.organization_id
JOIN auth_user person ON person.id = token.user_id AND person.is_active
JOIN customers_account account ON account.user_id = person.id
JOIN customers_organization buyer ON buyer.id = account.organization_id
WHERE token.token_checksum = %s AND token.expires > %s
"""


@dataclass(frozen=True, slots=True)
class App:
    """The application that a token was issued to, and its owner."""

    id: int
    client_id: str
    organization_id: int
    first_party: bool
    author_email: str
    products: list[str]
    commission_percent: int
    return_origins: list[str]
    prices_exclude_tax: bool
    is_approved: bool
    organization_public_id: UUID
    license_id: int


@dataclass(frozen=True, slots=True)
class Caller:
    """An application acting for an account of an organisation, within its scopes.

    billing_admin is among them only if the application and the account both belong to the operator.
    """

    scopes: frozenset[str]
    app: App
    account_id: int
    account_public_id: UUID
    email: str
    has_billing_role: bool
    organization_id: int
    organization_public_id: UUID
    license_id: int

    @property
    def is_admin(self) -> bool:
        """Say whether this is the marketplace's own administration, which sees every tenant."""
        return BILLING_ADMIN in self.scopes

    def require_product(self, product: str) -> None:
        """Raise NotAuthorized unless the token may manage charges for this product.

        It needs the product's scope and an application sold for it; billing_admin covers every
        product, and the marketplace's own applications are not sold at all. Both see money that has nothing
        to do with one application, as our pages do: they need the billing role (BillingRoleMissing).
        """
        if (self.is_admin or self.app.first_party) and not self.has_billing_role:
            raise BillingRoleMissing
        if self.is_admin:
            return
        if PRODUCT_SCOPES[product] not in self.scopes:
            raise NotAuthorized(f"The access token needs the scope {PRODUCT_SCOPES[product]}.")
        if product not in self.app.products and not self.app.first_party:
            raise NotAuthorized(f"The application is not sold for {product}.")

    def require_cards(self) -> None:
        """Raise NotAuthorized unless the marketplace's own application asks with a scope for charges.

        Cards belong to the buyer and to no application; they need the billing role (BillingRoleMissing).
        """
        if not self.app.first_party:
            raise NotAuthorized("Cards are only for the marketplace's own application.")
        if not self.scopes & {*PRODUCT_SCOPES.values()}:
            raise NotAuthorized(f"The access token needs the scope {' or '.join(PRODUCT_SCOPES.values())}.")
        if not self.has_billing_role:
            raise BillingRoleMissing

    def require_own_application(self) -> None:
        """Raise NotAuthorized unless the token speaks for the owner of its application.

        The application hears of every buyer: the account belongs to the organisation that owns it and has the
        billing role (BillingRoleMissing); the token has the scope of each product that it is sold for.
        """
        if self.organization_id != self.app.organization_id:
            raise NotAuthorized("This is only for accounts of the organisation that owns the application.")
        needed = {PRODUCT_SCOPES[product] for product in self.app.products}
        if missing := sorted((needed or {*PRODUCT_SCOPES.values()}) - self.scopes):
            raise NotAuthorized(f"The access token needs the scope {missing[0]}.")
        if not self.has_billing_role:
            raise BillingRoleMissing

    def require_refunds(self, product: str) -> None:
        """Raise NotAuthorized unless the token may give back what was sold for this product.

        The token of a buyer belongs to the seller's application as well, so it needs an account of the
        organisation that owns the application, or billing_admin; and the billing role (BillingRoleMissing).
        """
        self.require_product(product)
        if not self.is_admin:
            self.require_own_application()

    def require_ledger(self) -> None:
        """Raise NotAuthorized without the scope for it, BillingRoleMissing without the role for money."""
        self._require_for_money(LEDGER_READ)

    def require_payouts(self) -> None:
        """Raise NotAuthorized without the scope for it, BillingRoleMissing without the role for money."""
        self._require_for_money(PAYOUTS_MANAGE)

    def require_papers(self) -> None:
        """Raise NotAuthorized without a scope for charges or money, BillingRoleMissing without the role."""
        if not self.scopes & {*PRODUCT_SCOPES.values(), LEDGER_READ, BILLING_ADMIN}:
            raise NotAuthorized(f"The access token needs the scope {LEDGER_READ}.")
        if not self.has_billing_role:
            raise BillingRoleMissing

    @property
    def principal(self) -> str:
        """Name the caller for idempotency keys and history: application and account."""
        return f"app:{self.app.client_id}/account:{self.account_public_id}"

    def _require_for_money(self, scope: str) -> None:
        if scope not in self.scopes:
            raise NotAuthorized(f"The access token needs the scope {scope}.")
        if not self.has_billing_role:
            raise BillingRoleMissing


def find_caller(token: str) -> Caller:
    """Return who holds this bearer token. Raises NotAuthenticated when it is unknown, expired or disabled."""
    checksum = hashlib.sha256(token.encode()).hexdigest()
    with connection.cursor() as cursor:
        # Django's own cursor binds in the client, so PostgreSQL would plan six joins for every request.
        cursor.cursor = psycopg.Cursor(cursor.connection, row_factory=dict_row)
        cursor.execute(CALLER_SQL, [checksum, clock.now()])
        row: Any = cursor.fetchone()
    if row is None:
        raise NotAuthenticated
    return _build_caller(row)


def _build_caller(row: dict[str, Any]) -> Caller:
    """Make a caller of its columns; those named app_* are the fields of its application."""
    of_app = {name for name in row if name.startswith("app_")}
    app = App(**{name.removeprefix("app_"): row[name] for name in of_app})
    fields = {name: row[name] for name in row.keys() - of_app - {"runs_marketplace"}}
    scopes = keep_permitted(row["scopes"].split(), runs_marketplace=row["runs_marketplace"])
    return Caller(app=app, **fields | {"scopes": frozenset(scopes)})
