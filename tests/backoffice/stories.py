"""Charges brought to where a test needs them, through the services."""

from charges.collection import collect_charge
from charges.consent import Decider, accept_charge, decline_charge
from charges.models import Charge
from charges.services import activate_charge
from customers.models import Account
from tests.factories import make_app, make_caller, make_card, make_charge


def make_decider(charge: Charge) -> Decider:
    return Decider.on_page(Account.objects.get(pk=charge.buyer_account_id), ip="192.0.2.1", user_agent="Test")


def make_accepted(card: str = "tok_test_approve", **fields) -> Charge:
    app = make_app(commission_percent=fields.pop("percent", 20))
    caller = make_caller(app=app)
    charge = make_charge(caller, **fields)
    make_card(charge.buyer, card)
    return accept_charge(charge.pk, decider=make_decider(charge))


def make_activated(card: str = "tok_test_approve", **fields) -> Charge:
    return activate_charge(make_accepted(card, **fields).pk, actor="test")


def make_collected(card: str = "tok_test_approve", **fields) -> Charge:
    charge = make_activated(card, **fields)
    collect_charge(charge.pk)
    return Charge.objects.get(pk=charge.pk)


def make_declined(**fields) -> Charge:
    charge = make_charge(**fields)
    return decline_charge(charge.pk, decider=make_decider(charge))
