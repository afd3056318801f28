"""No field for a name takes one that cannot be seen, turns text round or paints over the rows beside it."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from charges.requests.limits import check_name
from core.errors import InvalidField
from customers.contact_fields import NAMES
from customers.customers import change_customer, create_customer
from customers.models import Application, Invitation, Organization, PaymentKind
from customers.payment_options import TokenizedInstrument, add_customer_option
from operations.factories import CustomerFactory, MerchantFactory, PlanFactory
from subscriptions.plans import change_plan, create_plan
from subscriptions.schedule import Frequency
from tests.odd_data import NAMES as ORDINARY

pytestmark = pytest.mark.django_db

UNSEEN = {"zero-width": "\u200b", "soft hyphen": "\u00ad", "byte order mark": "\ufeff", "filler": "\u3164"}
TURNING = {"override": "Pro\u202e elpmaxe"}
STACKED = {"stacked marks": "Pro" + "\u0336\u0351\u0352" * 20, "stacked Thai marks": "ก" + "\u0e47" * 20}
HOSTILE = UNSEEN | TURNING | STACKED
CARD = TokenizedInstrument(
    gateway="sandbox",
    gateway_token="t",
    kind=PaymentKind.CARD,
    brand="visa",
    last4="4242",
    exp_month=1,
    exp_year=2099,
)
# Every field for a name, and how it is filled.
FIELDS = {
    "name of a charge or subscription": ("name", check_name),
    "name of a new plan": (
        "name",
        lambda name: (
            create_plan(
                merchant=MerchantFactory(), name=name, frequency=Frequency.MONTHLY, interval=1, amount_minor=1
            ).name
        ),
    ),
    "name of a plan": ("name", lambda name: change_plan(PlanFactory().pk, name=name).name),
    "holder of a card": (
        "holder_name",
        lambda name: (
            add_customer_option(customer=CustomerFactory(), account=CARD, holder_name=name).holder_name
        ),
    ),
}
for field in sorted({*NAMES} - {"holder_name"}):
    FIELDS[f"new customer's {field}"] = (
        field,
        lambda name, field=field: getattr(
            create_customer(merchant=MerchantFactory(), **{field: name}), field
        ),
    )
    FIELDS[f"customer's {field}"] = (
        field,
        lambda name, field=field: getattr(change_customer(CustomerFactory().pk, **{field: name}), field),
    )
every_field = pytest.mark.parametrize(("field", "fill"), FIELDS.values(), ids=FIELDS)
every_hostile_name = pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE)


@pytest.mark.slow
@every_field
@every_hostile_name
def test_a_name_that_cannot_be_shown_is_refused(field, fill, name):
    with pytest.raises(InvalidField) as refusal:
        fill(name)
    assert refusal.value.field == field


@every_field
def test_names_of_the_world_are_kept(field, fill):
    for name in ORDINARY[::3]:
        assert check_name(fill(name)) == check_name(name)


@every_hostile_name
@pytest.mark.parametrize("model", [Organization, Application])
def test_an_organisation_or_app_needs_a_name_that_can_be_shown(model, name):
    with pytest.raises(ValidationError) as refusal:
        model(name=name).clean()
    assert list(refusal.value.message_dict) == ["name"]


@pytest.mark.parametrize("note", [*TURNING.values(), *STACKED.values()])
def test_the_note_of_an_invitation_can_be_shown(note):
    with pytest.raises(CommandError, match="--note"):
        call_command("invite_company", note=note)
    assert not Invitation.objects.exists()
