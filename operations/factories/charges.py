"""Charges of buyers, brought to a stage by the services that bring them there in earnest."""

from typing import Any

from factory import SubFactory, Trait
from factory.django import DjangoModelFactory

from access.oauth.bearer_tokens import Caller
from charges.collection.single import collect_charge
from charges.consent import Decider, accept_charge, decline_charge, withdraw_charge
from charges.models import Charge
from charges.requests.direct import activate_charge, create_charge
from customers.models import Account, Product
from operations.factories.access import CallerFactory
from operations.factories.showing import show_page
from operations.factories.wallets import give_card

BROWSER = "Mozilla/5.0 (made up)"


class ChargeFactory(DjangoModelFactory[Charge]):
    """A charge of 2 x 1.00 that awaits its buyer, or has come as far as a trait says.

    To accept it the buyer gets the sandbox card `card`, but for one that has a card and is given none here.
    With `on_page` the buyer decides by the words of the hosted page, which are kept.
    """

    class Meta:
        model = Charge

    class Params:
        declined = Trait(stage="declined")
        accepted = Trait(stage="accepted")
        withdrawn = Trait(stage="withdrawn")
        activated = Trait(stage="activated")
        collected = Trait(stage="collected")
        failed = Trait(stage="collected", card="tok_test_decline_hard")

    stage = "pending"
    card: Any = None
    on_page = False
    caller = SubFactory(CallerFactory)
    product = Product.LIVECHAT
    name = "Extension"
    price_minor = 100
    quantity = 2
    return_url = "https://seller.example/back"

    @classmethod
    def _create(
        cls,
        model_class: type[Charge],
        *args: Any,
        stage: str,
        card: str | None,
        on_page: bool,
        caller: Caller,
        **terms: Any,
    ) -> Charge:
        charge = create_charge(caller=caller, **terms)
        return charge if stage == "pending" else _bring_to(stage, charge, caller, card, on_page=on_page)


def _bring_to(stage: str, charge: Charge, caller: Caller, card: str | None, *, on_page: bool) -> Charge:
    account = Account.objects.select_related("organization").get(pk=caller.account_id)
    decider = Decider.on_page(account, ip="192.0.2.1", user_agent=BROWSER)
    shown = show_page(Charge.objects.for_display().get(pk=charge.pk), account) if on_page else None
    if stage == "declined":
        return decline_charge(charge.pk, decider=decider)
    give_card(account.organization, card)
    charge = accept_charge(charge.pk, decider=decider, shown=shown)
    if stage == "withdrawn":
        return withdraw_charge(charge.pk, decider=decider)
    if stage != "accepted":
        charge = activate_charge(charge.pk, actor=caller.principal)
    if stage == "collected":
        collect_charge(charge.pk)
        charge = Charge.objects.for_display().get(pk=charge.pk)
    return charge
