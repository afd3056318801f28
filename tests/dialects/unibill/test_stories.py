"""What the documentation's other samples promise, month by month, over the wire."""

import pytest

from core import clock
from operations.rehearsal import run_billing
from tests.dialects.unibill.shop import BANK_ACCOUNT, CARD, STANDARD
from tests.money import captures
from tests.subscriptions.stories import day
from tests.verification import assert_books_are_sound

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SIGNING = day("2027-01-15")


@pytest.fixture
def at(shop):
    with clock.travel_to(SIGNING):
        shop.put("plans", **STANDARD)
        return shop.add_customer()


def bill(until):
    with clock.travel_to(SIGNING):
        run_billing(until=day(until))


def show(shop, at, code="sub1"):
    return shop.get(f"{at}/subscriptions/*{code}")


def cents():
    return [amount for _, amount in captures()]


def account(shop, at):
    return [(row["type"], row["amount"], row["balance"]) for row in shop.get(f"{at}/transactions")]


def agree(shop, at, **fields):
    terms = {"code": "sub1", "firstBillingDate": "2027-02-01"}
    return shop.subscribe(at, **(terms | fields))


def test_a_gym_membership_of_twelve_payments_and_one_at_signing(shop, at):
    with clock.travel_to(SIGNING):
        agree(shop, at, type="F", length=12, amount=4999)
        shop.put(f"{at}/transactions", type="RI", amount=4999)
        paid = shop.post(f"{at}/transactions/~process", amount=4999, **CARD)
    assert (paid["type"], paid["balance"]) == ("AP", 0)
    assert show(shop, at)["status"] == "U"
    bill("2027-06-15")
    half_way = show(shop, at)
    assert (half_way["status"], half_way["lastBillingDate"], half_way["nextBillingDate"]) == (
        "C",
        "2027-06-01",
        "2027-07-01",
    )
    bill("2029-01-01")
    ended = show(shop, at)
    assert (ended["status"], ended["lastBillingDate"]) == ("E", "2028-01-01")
    assert "nextBillingDate" not in ended
    assert cents() == [4999] * 13
    assert account(shop, at) == [("RI", 4999, 0), ("AP", 4999, 0), *[("RI", 4999, 0), ("AC", 4999, 0)] * 12]
    assert shop.get(at)["balance"] == 0
    assert_books_are_sound()


def test_a_perpetual_subscription_paid_from_a_bank_account(shop, at):
    with clock.travel_to(SIGNING):
        agree(shop, at, card=BANK_ACCOUNT)
    bill("2027-05-15")
    assert cents() == [1999] * 4
    claim = shop.get(f"{at}/transactions")[1]
    assert (claim["type"], claim["accountType"], claim["processingInfo"]["accountNumber"]) == (
        "AC",
        "BC",
        "****9992",
    )


def test_the_next_three_months_are_frozen(shop, at):
    with clock.travel_to(SIGNING):
        agree(shop, at, type="F", length=6)
    bill("2027-02-10")
    with clock.travel_to(day("2027-02-11")):
        frozen = shop.get(f"{at}/subscriptions/*sub1/~freeze", length=3, note="Injured")
        assert (frozen["status"], frozen["pendingAdjustmentType"], frozen["nextBillingDate"]) == (
            "D",
            "F",
            "2027-06-01",
        )
    bill("2027-04-10")
    with clock.travel_to(day("2027-04-10")):
        assert show(shop, at)["status"] == "F"
    assert cents() == [1999]
    bill("2027-06-10")
    with clock.travel_to(day("2027-06-10")):
        back = show(shop, at)
        assert (back["status"], back["lastBillingDate"], back["nextBillingDate"]) == (
            "C",
            "2027-06-01",
            "2027-07-01",
        )
    bill("2028-06-01")
    assert (show(shop, at)["status"], show(shop, at)["lastBillingDate"]) == ("E", "2027-10-01")
    assert cents() == [1999] * 6
    assert_books_are_sound()


def test_an_entire_subscription_is_cancelled(shop, at):
    with clock.travel_to(SIGNING):
        agree(shop, at)
    bill("2027-03-10")
    with clock.travel_to(day("2027-03-11")):
        assert shop.get(f"{at}/subscriptions/*sub1/~cancel")["status"] == "N"
    bill("2027-12-31")
    assert cents() == [1999, 1999]
    assert show(shop, at)["lastBillingDate"] == "2027-03-01"
    assert_books_are_sound()


def test_a_subscription_is_cancelled_for_a_date(shop, at):
    with clock.travel_to(SIGNING):
        agree(shop, at)
        shop.get(f"{at}/subscriptions/*sub1/~cancel", effectiveDate="2027-04-15")
    bill("2027-04-10")
    with clock.travel_to(day("2027-04-10")):
        to_end = show(shop, at)
    assert (to_end["status"], to_end["pendingAdjustmentType"]) == ("C", "C")
    assert "nextBillingDate" not in to_end
    bill("2027-12-31")
    assert show(shop, at)["status"] == "N"
    assert cents() == [1999] * 3
    assert_books_are_sound()


@pytest.mark.parametrize(
    "tiers",
    [
        {"basic": 999},
        pytest.param({"basic": 999, "standard": 1999, "premium": 4999}, marks=pytest.mark.night),
    ],
    ids=len,
)
def test_tiers_each_by_the_month_or_by_the_year(shop, at, tiers):
    with clock.travel_to(SIGNING):
        for name, price in tiers.items():
            shop.put("plans", code=f"{name}_m", name=f"{name} monthly", amount=price)
            shop.put(
                "plans", code=f"{name}_a", name=f"{name} annual", amount=price * 10, billingCycleType="A"
            )
        card = shop.put(f"{at}/payment-options", **CARD)["id"]
        for name in tiers:
            for cycle in "ma":
                shop.put(
                    f"{at}/subscriptions",
                    code=f"{name}_{cycle}",
                    planId=f"*{name}_{cycle}",
                    paymentOptionId=card,
                    firstBillingDate="2027-02-01",
                )
    bill("2028-02-15")
    assert sum(cents()) == sum(price * 13 + price * 10 * 2 for price in tiers.values())
    assert {row["nextBillingDate"] for row in shop.get(f"{at}/subscriptions")} == {
        "2028-03-01",
        "2029-02-01",
    }
    assert shop.get(at)["balance"] == 0
    assert_books_are_sound()


def test_a_reversed_payment_is_owed_again_and_the_next_payment_covers_it(shop, at):
    with clock.travel_to(SIGNING):
        agree(shop, at)
    bill("2027-02-10")
    invoice, claim = shop.get(f"{at}/transactions")
    with clock.travel_to(day("2027-02-11")):
        refund = shop.get(f"{at}/transactions/{claim['id']}/~reverse")
        assert (refund["type"], refund["amount"]) == ("AR", 1999)
        assert shop.get(at)["balance"] == -1999
        paid = shop.post(f"{at}/transactions/~process", amount=1999, **CARD)
    assert shop.get(at)["balance"] == 0
    found = shop.get(f"{at}/transactions/{invoice['id']}/allocations/~find")
    assert [(row["sourceId"], row["isActive"]) for row in found] == [
        (claim["id"], False),
        (paid["id"], True),
    ]
    bill("2027-03-10")
    assert cents() == [1999] * 3
    assert_books_are_sound()


def test_a_reversed_invoice_leaves_credit_that_the_next_one_uses(shop, at):
    with clock.travel_to(SIGNING):
        agree(shop, at)
    bill("2027-02-10")
    invoice = shop.get(f"{at}/transactions")[0]
    with clock.travel_to(day("2027-02-11")):
        reversal = shop.get(f"{at}/transactions/{invoice['id']}/~reverse")
    assert (reversal["type"], shop.get(at)["balance"]) == ("RR", 1999)
    bill("2027-03-10")
    assert (cents(), shop.get(at)["balance"]) == ([1999], 0)
    bill("2027-04-10")
    assert cents() == [1999, 1999]
    assert_books_are_sound()


def test_a_declined_month_is_paid_in_another_way_and_not_claimed_again(shop, at):
    with clock.travel_to(SIGNING):
        agree(shop, at, card=CARD | {"accountNumber": "4000000000009995"})
    bill("2027-02-01")
    assert account(shop, at) == [("RI", 1999, 1999), ("AD", 1999, 0)]
    with clock.travel_to(day("2027-02-01")):
        shop.post(f"{at}/transactions/~process", amount=1999, **CARD)
    bill("2027-02-25")
    assert account(shop, at) == [("RI", 1999, 0), ("AD", 1999, 0), ("AP", 1999, 0)]
    assert show(shop, at)["status"] == "C"
    assert_books_are_sound()


@pytest.mark.parametrize("with_card", [True, False])
def test_a_fixed_term_whose_last_month_is_paid_in_another_way_has_expired(shop, at, with_card):
    with clock.travel_to(SIGNING):
        terms = {"type": "F", "length": 1, "firstBillingDate": "2027-02-01", "code": "sub1"}
        if with_card:
            shop.subscribe(at, card=CARD | {"accountNumber": "4000000000000002"}, **terms)
        else:
            shop.put(f"{at}/subscriptions", planId="*standard_monthly", **terms)
    bill("2027-03-10")
    assert (show(shop, at)["status"], shop.get(at)["balance"]) == ("C", -1999)
    payment = shop.put(f"{at}/transactions", type="AP", amount=1999, accountType="K")
    assert show(shop, at)["status"] == "E"
    assert shop.get(f"{at}/subscriptions", status="E")
    shop.get(f"{at}/transactions/{payment['id']}/~reverse")
    assert show(shop, at)["status"] == "C"


def test_running_the_billing_again_changes_nothing(shop, at):
    with clock.travel_to(SIGNING):
        agree(shop, at)
    bill("2027-04-15")
    before = shop.get(f"{at}/transactions")
    bill("2027-04-15")
    assert shop.get(f"{at}/transactions") == before
