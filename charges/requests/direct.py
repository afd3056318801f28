"""Asking for a direct charge, and starting its collection."""

from typing import TypedDict

from django.conf import settings
from django.db import transaction

from access.oauth.applications import find_app
from access.oauth.callers import App, Caller
from charges.history import change_status
from charges.models import Charge, ChargeStatus
from charges.new_charge import NewCharge, new_identity, save_charge
from charges.requests.limits import check_amounts, check_name, check_return_url
from charges.tasks import collect
from core.errors import InvalidField
from core.money import Money, round_commission
from customers.errors import NotAuthorized


def create_charge(
    *,
    caller: Caller,
    product: str,
    name: str,
    price_minor: int,
    quantity: int,
    return_url: str,
    per_account: bool = False,
    test: bool = False,
    order_client_id: str | None = None,
    commission_percent: int | None = None,
) -> Charge:
    """Ask the caller's organisation for price_minor (cents) times quantity and return the pending charge.

    An empty return_url is for a page that closes by itself. The last two are honoured for
    billing_admin only. Raises InvalidField, NotAuthorized.
    """
    app = find_order_app(caller, product=product, order_client_id=order_client_id)
    percent = choose_commission(caller, app, commission_percent)
    origins = {*app.return_origins, *caller.app.return_origins}
    total = Money(check_amounts(price_minor=price_minor, quantity=quantity), settings.DEFAULT_CURRENCY)
    new = NewCharge(
        **new_identity(),
        product=product,
        **read_parties(caller, app),
        name=check_name(name),
        currency=total.currency,
        price_minor=price_minor,
        quantity=quantity,
        total_minor=total.amount_minor,
        per_account=per_account,
        test=test,
        commission_percent=percent,
        commission_minor=round_commission(total.amount_minor, percent),
        return_url=return_url and check_return_url(return_url, origins=origins),
    )
    return save_charge(new)


@transaction.atomic
def activate_charge(charge_id: int, *, actor: str) -> Charge:
    """Start collecting an accepted charge and return it; one already started is left as it is.

    The hint to the workers is sent after commit and may be lost: the sweep finds the row. Raises WrongState.
    """
    charge = Charge.objects.select_for_update(of=("self",)).for_display().get(pk=charge_id)
    if charge.status in (ChargeStatus.PROCESSED, ChargeStatus.SUCCESS):
        return charge
    change_status(charge, charge.activate, actor=actor)
    # A partial would not do: Django logs the failure by the function's name.
    transaction.on_commit(lambda: collect.delay(charge.pk), robust=True)
    return charge


class Parties(TypedDict):
    """Who pays, who asked, for which application, and who is owed."""

    buyer_id: int
    buyer_account_id: int
    order_application_id: int
    seller_application_id: int
    payee_id: int


def read_parties(caller: Caller, app: App) -> Parties:
    """Return who pays, who asked, for which application, and who is owed, as fields of an offer."""
    return {
        "buyer_id": caller.organization_id,
        "buyer_account_id": caller.account_id,
        "order_application_id": app.id,
        "seller_application_id": caller.app.id,
        "payee_id": app.organization_id,
    }


def find_order_app(caller: Caller, *, product: str, order_client_id: str | None) -> App:
    """Return the application that is sold: the caller's, or the one that billing_admin names.

    Raises NotAuthorized, InvalidField.
    """
    if not caller.is_admin or order_client_id is None:
        if product not in caller.app.products:
            raise NotAuthorized(f"The application is not sold for {product}.")
        return caller.app
    app = find_app(order_client_id)
    if app is None or product not in app.products:
        raise InvalidField("order_client_id", f"must be an application sold for {product}")
    return app


def choose_commission(caller: Caller, app: App, percent: int | None) -> int:
    """Return the application's commission (percent), or the one that billing_admin asks for.

    Raises InvalidField outside 0 to 100.
    """
    if percent is None or not caller.is_admin:
        return app.commission_percent
    if not 0 <= percent <= 100:
        raise InvalidField("commission_percent", "must be between 0 and 100")
    return percent
