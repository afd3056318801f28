"""Asking for a direct charge, and starting its collection."""

from typing import Any

from django.db import transaction

from access.oauth.bearer_tokens import Caller
from charges.history import change_status
from charges.lapsed_acceptance import check_holding
from charges.models import Charge, ChargeStatus
from charges.new_charge import NewCharge, new_identity, save_charge
from charges.requests.allowed_currencies import check_currency
from charges.requests.limits import check_amounts, check_name
from charges.requests.parties import Parties
from charges.requests.sandbox_cards import choose_sandbox_card
from charges.tasks import collect
from core.commission import round_commission


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
    test_card: str | None = None,
    currency: str | None = None,
    order_client_id: str | None = None,
    commission_percent: int | None = None,
) -> Charge:
    """Ask the caller's organisation for price_minor (cents) times quantity and return the pending charge.

    Without a currency it is the default one. `test_card` is for test charges, the application and the
    commission are for billing_admin. Raises InvalidField, NotAuthorized.
    """
    parties = Parties.of_offer(
        caller=caller,
        product=product,
        return_url=return_url,
        test=test,
        order_client_id=order_client_id,
        commission_percent=commission_percent,
    )
    return save_charge(
        NewCharge(
            **new_identity(),
            **parties.columns,
            **_price(parties, price_minor, quantity, check_currency(currency)),
            name=check_name(name),
            per_account=per_account,
            test=test,
            funding_source=choose_sandbox_card(test_card, test=test),
        )
    )


def _price(parties: Parties, price_minor: int, quantity: int, currency: str) -> dict[str, Any]:
    """Return the columns of what the buyer pays and what the marketplace keeps of it, in cents."""
    price_minor = parties.ask_price(price_minor, currency)
    return {
        "currency": currency,
        "price_minor": price_minor,
        "quantity": quantity,
        "total_minor": check_amounts(price_minor=price_minor, quantity=quantity, currency=currency),
        "commission_minor": round_commission(price_minor * quantity, parties.commission_percent),
    }


@transaction.atomic
def activate_charge(charge_id: int, *, actor: str) -> Charge:
    """Start collecting an accepted charge and return it; one already started is left as it is.

    Raises WrongState, AcceptanceLapsed.
    """
    charge = Charge.objects.select_for_update(of=("self",)).for_display().get(pk=charge_id)
    if charge.status not in (ChargeStatus.PROCESSED, ChargeStatus.SUCCESS):
        start_charge(charge, actor=actor)
    return charge


def start_charge(charge: Charge, *, actor: str, reason: str = "") -> None:
    """Start collecting an accepted charge that the caller has locked.

    The hint to the workers is sent after commit and may be lost: the sweep finds the row. Raises WrongState,
    AcceptanceLapsed.
    """
    check_holding(charge)
    change_status(charge, charge.activate, actor=actor, reason=reason)
    # A partial would not do: Django logs the failure by the function's name.
    transaction.on_commit(lambda: collect.delay(charge.pk), robust=True)
