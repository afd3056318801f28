"""Subscriptions: agreed, changed, frozen, ended; and where they are said to stand."""

import pytest

from core import clock
from subscriptions.models import Subscription
from tests.dialects.unibill.shop import BANK_ACCOUNT, CARD, STANDARD
from tests.subscriptions.stories import day

pytestmark = pytest.mark.django_db
TODAY = day("2027-01-15")


@pytest.fixture(autouse=True)
def _today():
    with clock.travel_to(TODAY):
        yield


@pytest.fixture
def at(shop):
    shop.put("plans", **STANDARD)
    return shop.add_customer()


def agree(shop, at, **fields):
    terms = {"planId": "*standard_monthly", "firstBillingDate": "2027-02-01"}
    return shop.put(f"{at}/subscriptions", **(terms | fields))


def test_the_first_billing_is_tomorrow_unless_said_otherwise(shop, at):
    made = shop.put(f"{at}/subscriptions", planId="*standard_monthly")
    assert (made["firstBillingDate"], made["nextBillingDate"]) == ("2027-01-16", "2027-01-16")
    assert "lastBillingDate" not in made
    assert agree(shop, at, firstBillingDate="2027-01-15")["firstBillingDate"] == "2027-01-15"


def test_an_amount_of_its_own_goes_before_that_of_the_plan(shop, at):
    assert agree(shop, at)["amount"] == 1999
    assert agree(shop, at, amount="999")["amount"] == 999


def test_without_a_plan_it_says_itself_what_and_how_often(shop, at):
    made = shop.put(f"{at}/subscriptions", amount=500, billingCycleType="Q")
    assert (made["amount"], made["billingCycleType"], made["type"]) == (500, "Q", "P")
    assert not {"planId", "planName", "length", "paymentOptionId"} & made.keys()
    assert shop.refuse("PUT", f"{at}/subscriptions", {}) == (400, "F01", "amount")


@pytest.mark.parametrize(("letter", "longest"), [("W", 153), ("M", 36), ("Q", 12), ("S", 6), ("A", 3)])
def test_a_fixed_one_has_a_length_up_to_about_three_years(shop, at, letter, longest):
    terms = {"type": "F", "amount": 500, "billingCycleType": letter}
    made = shop.put(f"{at}/subscriptions", **terms, length=longest)
    assert (made["type"], made["length"]) == ("F", longest)
    for length in (longest + 1, 0):
        refused = shop.refuse("PUT", f"{at}/subscriptions", terms | {"length": length})
        assert refused == (400, "F01", "length")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fields", "code", "field"),
    [
        ({"type": "F"}, "F01", "length"),
        ({"type": "P", "length": 3}, "F01", "length"),
        ({"type": "X"}, "F01", "type"),
        ({"amount": 0}, "F01", "amount"),
        ({"amount": "1.5"}, "F01", "amount"),
        ({"taxAmount": "5"}, "F01", "taxAmount"),
        ({"billingCycleType": "m"}, "F01", "billingCycleType"),
        ({"firstBillingDate": "2027-01-14"}, "F01", "firstBillingDate"),
        ({"firstBillingDate": "14.01.2027"}, "F01", "firstBillingDate"),
        ({"planId": "*unknown"}, "V09", "planId"),
        ({"planId": "99999"}, "V09", "planId"),
        ({"paymentOptionId": "unknown"}, "V09", "paymentOptionId"),
        ({"note": "x" * 256}, "F01", "note"),
        ({"note": "card 4111111111111111"}, "F01", "note"),
        ({"code": "~cancel"}, "F01", "code"),
    ],
)
def test_what_does_not_belong_is_refused_by_name(shop, at, fields, code, field):
    terms = {"planId": "*standard_monthly"} | fields
    assert shop.refuse("PUT", f"{at}/subscriptions", terms) == (400, code, field)
    assert not Subscription.objects.exists()


def test_a_code_is_taken_once_by_a_customer(shop, at):
    agree(shop, at, code="sub1")
    assert shop.refuse("PUT", f"{at}/subscriptions", {"planId": "*standard_monthly", "code": "sub1"}) == (
        409,
        "V07",
        "code",
    )


def test_a_payment_option_that_is_switched_off_is_refused(shop, at):
    shop.put(f"{at}/payment-options", **CARD, code="card1", isActive="false")
    terms = {"planId": "*standard_monthly", "paymentOptionId": "card1"}
    assert shop.refuse("PUT", f"{at}/subscriptions", terms) == (400, "F01", "paymentOptionId")


def test_modifying_changes_note_and_payment_option_and_nothing_else(shop, at):
    made = agree(shop, at, code="sub1")
    option = shop.put(f"{at}/payment-options", **BANK_ACCOUNT, code="bank1")
    changed = shop.post(
        f"{at}/subscriptions/*sub1", note="New", paymentOptionId="bank1", amount=5, type="F", length="x"
    )
    assert changed == made | {"note": "New", "paymentOptionId": option["id"]}
    assert shop.refuse("POST", f"{at}/subscriptions/sub1", {"paymentOptionId": "x"}) == (
        400,
        "V09",
        "paymentOptionId",
    )


def test_a_freeze_to_come_defers_and_is_pending(shop, at):
    agree(shop, at, code="sub1")
    frozen = shop.get(f"{at}/subscriptions/*sub1/~freeze", length=3, note="Away")
    assert (frozen["status"], frozen["pendingAdjustmentType"]) == ("D", "F")
    assert frozen["nextBillingDate"] == "2027-05-01"
    (adjustment,) = shop.get(f"{at}/subscriptions/*sub1/adjustments")
    assert adjustment == {
        "id": adjustment["id"],
        "type": "F",
        "effectiveDate": "2027-02-01",
        "endDate": "2027-05-01",
        "length": 3,
        "note": "Away",
    }


def test_a_later_freeze_leaves_the_next_billing_alone(shop, at):
    agree(shop, at, code="sub1")
    frozen = shop.get(f"{at}/subscriptions/*sub1/~freeze", length=2, effectiveDate="2027-04-01")
    assert (frozen["status"], frozen["pendingAdjustmentType"]) == ("U", "F")
    assert frozen["nextBillingDate"] == "2027-02-01"


def test_it_is_frozen_from_its_first_day_until_the_day_of_the_next_billing(shop, at):
    agree(shop, at, code="sub1")
    shop.get(f"{at}/subscriptions/*sub1/~freeze", length=2)
    seen = []
    for on in ("2027-01-31", "2027-02-01", "2027-03-31", "2027-04-01"):
        with clock.travel_to(day(on)):
            shown = shop.get(f"{at}/subscriptions/*sub1")
            seen.append((shown["status"], shown.get("pendingAdjustmentType"), shown["nextBillingDate"]))
    next_on = "2027-04-01"
    assert seen == [("D", "F", next_on), ("F", None, next_on), ("F", None, next_on), ("U", None, next_on)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "length"),
        ({"length": 0}, "length"),
        ({"length": 154}, "length"),
        ({"length": 1, "effectiveDate": "2027-02-02"}, "effectiveDate"),
        ({"length": 1, "effectiveDate": "2027-01-01"}, "effectiveDate"),
        ({"length": 1, "effectiveDate": "soon"}, "effectiveDate"),
    ],
)
def test_a_freeze_begins_on_a_billing_date_to_come(shop, at, asked, field):
    agree(shop, at, code="sub1")
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    refused = shop.refuse("GET", f"{at}/subscriptions/*sub1/~freeze?{query}")
    assert refused == (400, "F01", field)
    assert shop.get(f"{at}/subscriptions/*sub1/adjustments") == []


def test_freezes_do_not_overlap(shop, at):
    agree(shop, at, code="sub1")
    shop.get(f"{at}/subscriptions/*sub1/~freeze", length=2)
    again = f"{at}/subscriptions/*sub1/~freeze?length=1&effectiveDate=2027-03-01"
    assert shop.refuse("GET", again) == (400, "F01", "effectiveDate")
    assert shop.get(f"{at}/subscriptions/*sub1/~freeze", length=1)["nextBillingDate"] == "2027-05-01"


@pytest.mark.django_db(transaction=True)
def test_a_freeze_that_is_asked_for_again_under_its_key_is_one(shop, at):
    agree(shop, at, code="sub1")
    path, key = f"{at}/subscriptions/*sub1/~freeze?length=1", {"Idempotency_Key": "key-1"}
    assert shop.ask("GET", path, **key) == shop.ask("GET", path, **key)
    assert len(shop.get(f"{at}/subscriptions/*sub1/adjustments")) == 1


def test_cancelling_now_is_at_once_and_may_be_said_again(shop, at):
    agree(shop, at, code="sub1")
    for _ in range(2):
        ended = shop.get(f"{at}/subscriptions/*sub1/~cancel", note="Moved")
        assert ended["status"] == "N"
        assert "nextBillingDate" not in ended
        assert "pendingAdjustmentType" not in ended
    (adjustment,) = shop.get(f"{at}/subscriptions/*sub1/adjustments")
    assert (adjustment["type"], adjustment["effectiveDate"], adjustment["note"]) == (
        "C",
        "2027-01-15",
        "Moved",
    )
    for action in ("~freeze?length=1", ""):
        method = "GET" if action else "POST"
        path = f"{at}/subscriptions/*sub1/{action}".rstrip("/")
        assert shop.refuse(method, path, {"note": "x"}) == (409, "V08", None)


def test_cancelling_for_a_day_is_pending_until_then(shop, at):
    agree(shop, at, code="sub1")
    for _ in range(2):
        to_end = shop.get(f"{at}/subscriptions/*sub1/~cancel", effectiveDate="2027-03-01")
        assert (to_end["status"], to_end["pendingAdjustmentType"]) == ("U", "C")
        assert to_end["nextBillingDate"] == "2027-02-01"
    assert len(shop.get(f"{at}/subscriptions/*sub1/adjustments")) == 1
    past = f"{at}/subscriptions/*sub1/~cancel?effectiveDate=2027-01-14"
    assert shop.refuse("GET", past) == (400, "F01", "effectiveDate")


def test_an_end_before_the_next_billing_leaves_none(shop, at):
    agree(shop, at, code="sub1")
    assert "nextBillingDate" not in shop.get(f"{at}/subscriptions/*sub1/~cancel", effectiveDate="2027-02-01")


@pytest.mark.parametrize("name", ["~cancel", "~freeze?length=1"])
def test_changing_by_get_can_answer_in_pairs(shop, at, name):
    agree(shop, at, code="sub1")
    answer = shop.send("GET", f"{at}/subscriptions/*sub1/{name}", Accept="application/x-www-form-urlencoded")
    assert answer["Content-Type"] == "application/x-www-form-urlencoded"
    assert b"code=sub1" in answer.content


@pytest.mark.slow
def test_it_is_found_by_what_is_true_of_it(shop, at):
    shop.put("plans", name="Other", amount=5, code="other")
    agree(shop, at, code="plain")
    agree(shop, at, code="other", planId="other")
    agree(shop, at, code="frozen")
    shop.get(f"{at}/subscriptions/*frozen/~freeze", length=1)
    agree(shop, at, code="cancelled")
    shop.get(f"{at}/subscriptions/*cancelled/~cancel")
    with clock.travel_to(day("2027-01-16")):
        agree(shop, at, code="late", firstBillingDate="2027-03-01")

    def find(**filters):
        return [row["code"] for row in shop.get(f"{at}/subscriptions", **filters)]

    assert find() == ["plain", "other", "frozen", "cancelled", "late"]
    assert find(planId="*other") == ["other"]
    assert find(planId="*nothing") == []
    assert find(status="U") == ["plain", "other", "late"]
    assert find(status="D") == ["frozen"]
    assert find(status="N") == ["cancelled"]
    assert find(status="E") == find(status="C") == find(status="F") == find(status="S") == []
    assert find(status="P") == []
    assert find(nextBillingDate="2027-02-01") == ["plain", "other"]
    assert find(nextBillingDate="2027-03-01") == ["frozen", "late"]
    assert find(nextBillingDate="2027-03-02") == []
    assert find(createDate="2027-01-16") == ["late"]
    assert find(nextBillingDate="2027-03-01", status="U", createDate="2027-01-16") == ["late"]
    assert find(offset=1, limit=2) == ["other", "frozen"]
    assert shop.refuse("GET", f"{at}/subscriptions?status=X") == (400, "F01", "status")


@pytest.mark.slow
def test_a_list_costs_the_same_however_long_it_is(shop, at, django_assert_num_queries):
    shop.put(f"{at}/payment-options", **CARD, code="card1")
    for number in range(3):
        agree(shop, at, code=f"s{number}", paymentOptionId="card1")
        shop.get(f"{at}/subscriptions/*s{number}/~freeze", length=1)
    with django_assert_num_queries(4):
        shop.get(f"{at}/subscriptions", limit=1)
    with django_assert_num_queries(4):
        assert len(shop.get(f"{at}/subscriptions")) == 3
    assert shop.refuse("GET", f"{at}/subscriptions?limit=1001") == (400, "F01", "limit")
    with django_assert_num_queries(4):
        shop.get(f"{at}/subscriptions/*s1/adjustments")
