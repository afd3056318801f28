"""The documentation's sample works as it stands, and says the same in all its encodings."""

import pytest

from operations.factories import MerchantFactory
from tests.dialects.unibill import sample
from tests.dialects.unibill.rows import count_rows, read_new_rows
from tests.dialects.unibill.shop import STANDARD, TYPES, Shop
from tests.money import captures
from tests.verification import assert_books_are_sound

pytestmark = pytest.mark.django_db(transaction=True)
ENCODINGS = {"json": sample.JSON, "xml": sample.XML, "xurl": sample.XURL}


def follow(shop, bodies, kind="", in_query=False, named=True):
    """Do the five steps and return the answers."""
    shop.put("plans", **STANDARD)
    answers, customer_id = [], ""
    for (method, path), body in zip(sample.STEPS, bodies, strict=True):
        said = body.replace("2001", str(shop.merchant.account_number), 1)
        place = path.replace("[customer-id]", customer_id)
        if not named and not place.endswith("~process"):
            place = place.rpartition("/")[0]
        response = (
            shop.send(method, f"{place}?{said}", Accept="application/json")
            if in_query
            else shop.send(method, place, said, kind, Accept="application/json")
        )
        assert response.status_code == 200, response.content
        answers.append(response.json())
        customer_id = customer_id or str(answers[0]["id"])
    return answers


def run(how, **options):
    """Follow the sample with a merchant of its own and return the rows that it left."""
    merchant = MerchantFactory()
    before = count_rows()
    follow(Shop(merchant, username=f"api-{merchant.pk}"), ENCODINGS[how], TYPES[how], **options)
    return read_new_rows(before)


@pytest.mark.slow
def test_every_encoding_leaves_the_same_rows():
    first = run("json")
    assert [len(rows) for rows in first.values()] == [1, 2, 1, 1, 0, 2, 1, 1, 1]
    assert run("xml") == first
    assert run("xurl") == first
    assert run("xurl", in_query=True) == first
    assert run("json", named=False) == first
    assert_books_are_sound()


@pytest.mark.slow
def test_types_that_nobody_names_are_told_from_the_body():
    first = run("json")
    for how in ENCODINGS:
        merchant = MerchantFactory()
        before = count_rows()
        follow(Shop(merchant, username=f"api-{merchant.pk}"), ENCODINGS[how], "")
        assert read_new_rows(before) == first


@pytest.fixture
def made(shop):
    """What the sample makes: customer, option, subscription, invoice and payment."""
    return follow(shop, sample.JSON, TYPES["json"])


def test_it_answers_the_customer_and_option_that_were_made(shop, made):
    customer, option, *_ = made
    assert without(customer, "id", "createDate") == {
        "code": "customer1",
        "accountId": shop.merchant.account_number,
        "firstName": "John",
        "lastName": "Smith",
        "organizationName": "Organization LLC",
        "email": "jsmith@mail.com",
        "phone": "2129856472",
        "isActive": True,
        "street1": "12 Main St",
        "street2": "5th Ave",
        "city": "New York",
        "countryCode": "US",
        "state": "NY",
        "zipCode": "31904",
        "balance": 0,
    }
    assert without(option, "id", "createDate", "tokenCode") == {
        "code": "account1",
        "type": "BC",
        "accountNumber": "****9992",
        "accountAccessory": "021000021",
        "holderName": "John Smith",
        "isActive": True,
        "street1": "233 12th Street",
        "street2": "5th Ave",
        "city": "New Yor",
        "countryCode": "US",
        "state": "NY",
        "zipCode": "11111",
        "address": "233 12th Street, 5th Ave, New Yor, NY, 11111, US",
    }


def test_it_answers_the_subscription_and_invoice_that_were_made(shop, made):
    customer, option, subscription, invoice, _ = made
    assert without(subscription, "id", "createDate", "planId") == {
        "code": "subscription1",
        "accountId": shop.merchant.account_number,
        "customerId": customer["id"],
        "type": "P",
        "status": "U",
        "amount": 1999,
        "planName": "Standard monthly",
        "billingCycleType": "M",
        "paymentOptionId": option["id"],
        "note": "Perpetual subscription",
        "firstBillingDate": "2035-01-01",
        "nextBillingDate": "2035-01-01",
    }
    assert without(invoice, "id", "createDate", "dueDate") == {
        "code": "invoice1",
        "accountId": shop.merchant.account_number,
        "customerId": customer["id"],
        "type": "RI",
        "amount": 1999,
        "balance": 1999,
        "creatorCode": "service:api-shop",
    }


def test_it_answers_the_payment_that_was_made(shop, made):
    customer, *_, payment = made
    told = payment.pop("processingInfo")
    assert without(payment, "createDate", "dueDate") == {
        "id": payment["id"],
        "code": str(payment["id"]),
        "accountId": shop.merchant.account_number,
        "customerId": customer["id"],
        "type": "AP",
        "accountType": "VC",
        "amount": 1999,
        "balance": 0,
        "creatorCode": "service:api-shop",
        "note": "payment for downpayment",
    }
    assert (told["responseCode"], told["accountNumber"], told["accountAccessory"]) == (
        "approved",
        "****1111",
        "0432",
    )
    assert told["holderName"] == "John Smith"
    assert told["address"] == "233 12th Street, New York, NY, 31909"
    assert [cents for _, cents in captures()] == [1999]


def without(record, *names):
    return {name: value for name, value in record.items() if name not in names}
