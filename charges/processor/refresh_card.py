"""Follow what processors say of cards that they keep for us."""

from charges.processor.gateway_for import open_gateway_of
from customers.models import PaymentKind, PaymentOption
from gateway.base import Gateway
from gateway.cards import CardToken
from gateway.registry import get_gateway


def refresh_cards(*, gateway: str, token: str) -> int:
    """Take over brand, last digits and expiry of the cards with this token, and return how many there are.

    One that cannot be charged any more is switched off; none is ever switched on. Call it outside
    transactions. Raises GatewayError.
    """
    cards = PaymentOption.objects.filter(gateway=gateway, gateway_token=token, kind=PaymentKind.CARD)
    found = list(cards.select_related("customer__merchant"))
    for option in found:
        if option.is_active:
            _write(option, _open_gateway(option).read_card(token=token))
    return len(found)


def _open_gateway(option: PaymentOption) -> Gateway:
    if option.customer is None:
        return get_gateway(option.gateway)
    return open_gateway_of(option.customer.merchant)


def _write(option: PaymentOption, card: CardToken | None) -> None:
    # One statement, so that nothing that somebody changes meanwhile is put back.
    active = PaymentOption.objects.filter(pk=option.pk, is_active=True)
    if card is None:
        active.update(is_active=False)
    else:
        active.update(brand=card.brand, last4=card.last4, exp_month=card.exp_month, exp_year=card.exp_year)
