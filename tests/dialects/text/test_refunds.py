"""Refunds over HTTP: who may, what is answered, and that a repeated request does nothing more."""

import pytest

from approvals.models import Approval
from charges.collection.single import collect_charge
from charges.models import Charge, RefundRequest
from charges.refunds.decide import approve_refund
from operations.factories import AccountFactory, ApplicationFactory
from tests.approvals.asking import approver
from tests.dialects.text.webhook_recipes import owner_token
from tests.dialects.text.world import UNKNOWN_ID, call, mask

pytestmark = pytest.mark.django_db
BODY = {"amount": 50, "reason": "It does not work."}


@pytest.fixture
def charge(world):
    return world.charge("success")


def place(charge, act="refund"):
    return f"/v3/direct_charge/{charge.product}/{charge.public_id}/{act}"


def payment_place(charge, act="refund"):
    of = f"/v3/recurrent_charge/{charge.product}/{charge.subscription.public_id}"
    return f"{of}/payments/{charge.public_id}/{act}"


def refund(world, charge, **body):
    return call("POST", place(charge), owner_token(world), body=BODY | body)


def pay_out(answer):
    collect_charge(Charge.objects.get(public_id=answer.json()["id"]).pk)


def test_a_part_is_given_back_and_told_until_it_is_paid(world, charge):
    answer = refund(world, charge)
    assert answer.status_code == 201
    told = answer.json()
    assert {
        name: told[name] for name in ("amount", "commission", "currency", "status", "reason", "test")
    } == {
        "amount": 50,
        "commission": 10,
        "currency": "USD",
        "status": "pending",
        "reason": "It does not work.",
        "test": False,
    }
    pay_out(answer)
    path = place(charge, f"refunds/{told['id']}")
    assert call("GET", path, owner_token(world)).json()["status"] == "success"
    ledger = call("GET", "/v2/ledger/livechat", world.earner_token()).json()["result"]
    assert [(line["type"], line["value"]) for line in ledger] == [("refund", 40), ("collection", 160)]


def test_without_an_amount_all_that_is_left_goes_back(world, charge):
    refund(world, charge, amount=1)
    assert refund(world, charge, amount=None).json()["amount"] == 199
    answer = refund(world, charge)
    assert (answer.status_code, answer.json()["error"]["type"]) == (422, "wrong_state")


def test_a_payment_of_a_recurrent_charge_is_refunded(world):
    subscription = world.subscription("active")
    payment = subscription.charges.get()
    token = owner_token(world)
    answer = call("POST", payment_place(payment), token, body={"reason": "Cancelled too late."})
    assert (answer.status_code, answer.json()["amount"]) == (201, payment.total_minor)
    [listed] = call("GET", payment_place(payment, "refunds"), token).json()["result"]
    assert listed == answer.json()
    other = world.subscription("active", app=world.other_app)
    wrong = payment_place(payment).replace(str(subscription.public_id), str(other.public_id))
    assert call("GET", wrong + "s", token).status_code == 404


def test_what_the_processor_refuses_is_told(world):
    charge = world.charge("success", card="tok_test_refund_refused")
    answer = refund(world, charge)
    pay_out(answer)
    told = call("GET", place(charge, f"refunds/{answer.json()['id']}"), owner_token(world)).json()
    assert (told["status"], told["failure_code"]) == ("failed", "refund_refused")
    assert told["failure_message"] == "The payer's bank refuses the refund."


def test_a_large_refund_waits_for_staff_of_the_marketplace(world):
    charge = world.charge("success", price_minor=60_000, quantity=1)
    answer = refund(world, charge, amount=60_000)
    assert (answer.status_code, answer.json()["status"]) == (202, "waiting_for_approval")
    assert not Charge.objects.filter(kind="refund").exists()
    assert refund(world, charge, amount=60_000).status_code == 409
    approval = Approval.objects.get()
    assert approval.requested_by_account.email == "owner@seller.example"
    approve_refund(approval, decided_by=approver())
    path = place(charge, f"refunds/{answer.json()['id']}")
    assert call("GET", path, owner_token(world)).json()["status"] == "pending"


def test_the_same_key_gives_back_once(world, charge):
    token = owner_token(world)
    answers = [call("POST", place(charge), token, body=BODY, **{"Idempotency-Key": "one"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.content for answer in answers}) == 1
    assert answers[2].headers["Idempotent-Replayed"] == "true"
    assert RefundRequest.objects.count() == Charge.objects.filter(kind="refund").count() == 1
    other = call("POST", place(charge), token, body=BODY | {"amount": 51}, **{"Idempotency-Key": "one"})
    assert other.status_code == 422


def test_the_same_key_gives_back_once_of_each_payment_of_a_recurrent_charge(world):
    token, payments = owner_token(world), [world.subscription("active").charges.get() for _ in range(2)]
    answers = [
        call("POST", payment_place(payment), token, body=BODY, **{"Idempotency-Key": "one"})
        for payment in payments
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201] * 4
    assert [answer.headers.get("Idempotent-Replayed") for answer in answers] == [None, "true"] * 2
    assert RefundRequest.objects.count() == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "amount"),
        ({"amount": 201}, "amount"),
        ({"amount": 10**20}, "amount"),
        ({"amount": 1.5}, "amount"),
        ({"amount": "50"}, "amount"),
        ({"amount": True}, "amount"),
        ({"reason": ""}, "reason"),
        ({"reason": None}, "reason"),
        ({"reason": 5}, "reason"),
        ({"reason": "x" * 201}, "reason"),
        ({"reason": "4111 1111 1111 1111"}, "reason"),
        ({"reason": "a\x07b"}, "reason"),
    ],
)
def test_a_wrong_field_is_named(world, charge, body, field):
    answer = refund(world, charge, **body)
    assert (answer.status_code, [*answer.json()["error"]["details"]]) == (400, [field])
    assert not RefundRequest.objects.exists()


@pytest.mark.parametrize("reason", ["🧾", "Größe falsch", "DOESNOTWORK" * 18, "«quoted»"])
def test_odd_but_ordinary_reasons_are_kept(world, charge, reason):
    assert refund(world, charge, reason=reason).json()["reason"] == reason


def test_refunds_are_no_charges_of_the_list(world, charge):
    refund(world, charge)
    listed = call("GET", f"/v3/direct_charge/{charge.product}", world.token()).json()["result"]
    assert [item["id"] for item in listed] == [str(charge.public_id)]
    made = Charge.objects.get(kind="refund")
    assert (
        call("GET", f"/v3/direct_charge/{charge.product}/{made.public_id}", world.token()).status_code == 404
    )


@pytest.mark.slow
def test_a_list_is_paged_and_costs_the_same_however_long_it_is(world, charge, django_assert_max_num_queries):
    token = owner_token(world)
    for _ in range(21):
        refund(world, charge, amount=1)
    with django_assert_max_num_queries(4):
        first = call("GET", place(charge, "refunds"), token)
    assert len(first.json()["result"]) == 20
    link = first.headers["Link"].split(";")[0].strip("<>").removeprefix("http://testserver")
    assert len(call("GET", link, token).json()["result"]) == 1


PRINCIPALS = {
    "no token": (lambda w: None, 401),
    "the buyer through the app": (lambda w: w.token(), 403),
    "a colleague of the seller without the role": (
        lambda w: w.token(AccountFactory(organization=w.seller, has_billing_role=False)),
        403,
    ),
    "the seller with ledger_read alone": (lambda w: w.earner_token(), 403),
    "the marketplace's own app": (lambda w: w.token(app=w.marketplace), 403),
    "the seller through another app of its own": (lambda w: owner_token(w, app=w.other_app), 404),
    "another seller": (lambda w: other_seller(w), 404),
    "the owner of the app": (lambda w: owner_token(w), 200),
    "the operator's billing_admin": (lambda w: w.operator_token(), 200),
    "billing_admin without the role": (lambda w: w.operator_token(has_billing_role=False), 403),
}


def other_seller(world):
    app = ApplicationFactory()
    return world.token(AccountFactory(organization=app.organization), app)


@pytest.mark.slow
@pytest.mark.parametrize("kind", PRINCIPALS)
def test_who_may_give_back_and_see_refunds(world, charge, kind):
    payment = world.subscription("active").charges.get()
    get_token, expected = PRINCIPALS[kind]
    made = {each.pk: refund_of(world, each) for each in (charge, payment)}
    token = get_token(world)
    for of, write in ((charge, place), (payment, payment_place)):
        for method, act in (
            ("GET", "refunds"),
            ("GET", f"refunds/{made[of.pk]}"),
            ("POST", "refund"),
        ):
            answer = call(method, write(of, act), token, body=BODY)
            assert answer.status_code == (201 if expected == 200 and method == "POST" else expected), act
            if expected == 404:
                unknown = write(of, act).replace(str(of.public_id), UNKNOWN_ID)
                compared = call(method, unknown, token, body=BODY)
                assert mask(compared.content.decode()) == mask(answer.content.decode())


def refund_of(world, charge):
    path = payment_place(charge) if charge.subscription else place(charge)
    return call("POST", path, owner_token(world), body={"amount": 1, "reason": "x"}).json()["id"]


def test_a_refund_of_another_charge_is_unknown(world, charge):
    other = world.charge("success")
    made = refund_of(world, other)
    token = owner_token(world)
    for refund_id in (made, UNKNOWN_ID, "1", "x" * 300):
        answer = call("GET", place(charge, f"refunds/{refund_id}"), token)
        assert (answer.status_code, answer.json()["error"]["message"]) == (404, "There is no such refund.")


def test_of_a_product_that_there_is_not_nothing_is_given_back(world, charge):
    path = place(charge, "refund").replace(charge.product, "nonsense")
    answer = call("POST", path, owner_token(world), body=BODY)
    assert (answer.status_code, answer.json()["error"]["message"]) == (404, "There is no such product.")
