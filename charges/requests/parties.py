"""Payer, payee and applications of a new charge or subscription."""

from dataclasses import dataclass, fields
from typing import Any, Self

from access.oauth.applications import find_app
from access.oauth.bearer_tokens import App, Caller
from charges.requests.limits import check_amount, check_return_url
from core import clock
from core.errors import InvalidField
from customers.errors import ApplicationNotApproved, NotAuthorized
from customers.models import Customer
from taxes.quotes import include_tax

# What is no column of that name.
OTHERS = ("customer", "adds_tax")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """The columns of that name of charges and subscriptions: those of a buyer, or those of a customer."""

    payee_id: int
    customer: Customer | None = None
    product: str = ""
    buyer_id: int | None = None
    buyer_account_id: int | None = None
    order_application_id: int | None = None
    seller_application_id: int | None = None
    commission_percent: int = 0
    return_url: str = ""
    adds_tax: bool = False

    @classmethod
    def of_offer(
        cls,
        *,
        caller: Caller,
        product: str,
        return_url: str,
        test: bool = False,
        order_client_id: str | None = None,
        commission_percent: int | None = None,
    ) -> Self:
        """Return the parties when an application offers something to the caller's organisation.

        An empty `return_url` is for a page that closes by itself. `test` is for test money: apps that are
        not approved are limited to that. The last two are honoured for billing_admin only. Raises
        InvalidField, NotAuthorized (with it ApplicationNotApproved).
        """
        app = _find_order_app(caller, product=product, order_client_id=order_client_id)
        if not (test or app.is_approved):
            raise ApplicationNotApproved
        _check_test_buyer(caller, app, test=test)
        origins = {*app.return_origins, *caller.app.return_origins}
        return cls(
            payee_id=app.organization_id,
            product=product,
            buyer_id=caller.organization_id,
            buyer_account_id=caller.account_id,
            order_application_id=app.id,
            seller_application_id=caller.app.id,
            commission_percent=_choose_commission(caller, app, commission_percent),
            adds_tax=app.prices_exclude_tax,
            return_url=return_url and check_return_url(return_url, origins=origins),
        )

    @classmethod
    def of_customer(cls, customer: Customer) -> Self:
        """Return the parties when a merchant bills or pays a customer of its own, and answers for consent."""
        return cls(payee_id=customer.merchant.organization_id, customer=customer)

    @property
    def columns(self) -> dict[str, Any]:
        """Return the parties as columns of a new row."""
        named = {field.name: getattr(self, field.name) for field in fields(self) if field.name not in OTHERS}
        return named | {"customer_id": self.customer and self.customer.pk}

    def ask_price(self, price_minor: int, currency: str) -> int:
        """Return what the buyer is asked for a price (cents): with tax, where the application's excludes it.

        From then on it is the price, whatever becomes of the tax. Raises InvalidField.
        """
        price_minor = check_amount("price_minor", price_minor, currency=currency)
        if not self.adds_tax or self.order_application_id is None or self.buyer_id is None:
            return price_minor
        asked = include_tax(
            price_minor,
            currency=currency,
            application_id=self.order_application_id,
            buyer_id=self.buyer_id,
            at=clock.now(),
        )
        return check_amount("price_minor", asked, currency=currency)


def _find_order_app(caller: Caller, *, product: str, order_client_id: str | None) -> App:
    """Return the application that is sold: the caller's, or the one that billing_admin names."""
    if not caller.is_admin or order_client_id is None:
        if product not in caller.app.products:
            raise NotAuthorized(f"The application is not sold for {product}.")
        return caller.app
    app = find_app(order_client_id)
    if app is None or product not in app.products:
        raise InvalidField("order_client_id", f"must be an application sold for {product}")
    return app


def _check_test_buyer(caller: Caller, app: App, *, test: bool) -> None:
    """Raise InvalidField for live money of a test buyer, NotAuthorized for another seller than its own."""
    if caller.tests_for_id is None:
        return
    if caller.tests_for_id != app.organization_id:
        raise NotAuthorized("A test buyer buys only from the seller that it belongs to.")
    if not test:
        raise InvalidField("test", "must be true for a test buyer")


def _choose_commission(caller: Caller, app: App, commission_percent: int | None) -> int:
    """Return the application's commission, or the one that billing_admin asks for."""
    if commission_percent is None or not caller.is_admin:
        return app.commission_percent
    if not 0 <= commission_percent <= 100:
        raise InvalidField("commission_percent", "must be between 0 and 100")
    return commission_percent
