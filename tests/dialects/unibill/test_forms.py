"""What the types of fields accept, quoted or native, and how they refuse the rest."""

import pickle
from datetime import date

import pytest
from rest_framework.exceptions import ValidationError

from dialects.bodies import NotAnInteger
from dialects.unibill.forms import (
    ALPHA,
    CentsField,
    CodeField,
    ReferenceField,
    SecretField,
    StrictDateField,
    StrictFlagField,
    StrictIntegerField,
    StrictTextField,
    WordField,
)

LONGEST = 2**63 - 1
LETTERS = "contains characters that do not belong there"
CARD = "looks like a card number, which does not belong here"
GOOD = [
    (StrictIntegerField(), "0", 0),
    (StrictIntegerField(), 12, 12),
    (StrictIntegerField(), "007", 7),
    (StrictIntegerField(), str(LONGEST), LONGEST),
    (StrictIntegerField(), NotAnInteger(str(LONGEST)), LONGEST),
    (StrictIntegerField(min_value=-5), "-5", -5),
    (CentsField(), "1999", 1999),
    (CentsField(), 99_999_999, 99_999_999),
    *((StrictFlagField(), yes, True) for yes in (True, "true", "1", 1)),
    *((StrictFlagField(), no, False) for no in (False, "false", "0", 0)),
    (StrictDateField(), "2020-02-29", date(2020, 2, 29)),
    (StrictDateField(), "2999-12-31", date(2999, 12, 31)),
    (StrictTextField(5), "Jos é", "Jos é"),
    (StrictTextField(5), 12345, "12345"),
    (StrictTextField(5, required=False), "", ""),
    (StrictTextField(3, pattern=ALPHA), "USA", "USA"),
    (StrictTextField(50), "card 4111 1111 1111 1112", "card 4111 1111 1111 1112"),
    (CodeField(), "customer_1.a:b@c+d-e", "customer_1.a:b@c+d-e"),
    (CodeField(), 17, "17"),
    (CodeField(), "4111-1111-1111-1111", "4111-1111-1111-1111"),
    (CodeField(), "41111111-1111-4111-8111-111111111111", "41111111-1111-4111-8111-111111111111"),
    (ReferenceField(), "*standard_monthly", "*standard_monthly"),
    (ReferenceField(), "account1", "account1"),
    (ReferenceField(), 17, "17"),
    (WordField({"P": "perpetual"}), "P", "perpetual"),
]
BAD = [
    *(
        (StrictIntegerField(), wrong, "must be an integer")
        for wrong in (
            "",
            " 1",
            "1 ",
            "+1",
            "1.0",
            "1e3",
            "0x1",
            "1_000",
            "1,000",
            "٣",
            "true",
            True,
            "9" * 20,
        )
    ),
    *(
        (StrictIntegerField(), NotAnInteger(wrong), "must be an integer")
        for wrong in ("1.0", "1e3", "9" * 400)
    ),
    (StrictIntegerField(), "-1", "must be between 0 and 9223372036854775807"),
    (StrictIntegerField(), str(LONGEST + 1), "must be between 0 and 9223372036854775807"),
    (CentsField(), "19.99", "must be an integer"),
    (CentsField(), NotAnInteger("19.99"), "must be an integer"),
    (CentsField(), NotAnInteger("1999.0"), "must be an integer"),
    (CentsField(), "100000000", "must be between 0 and 99999999"),
    (CentsField(), "-1", "must be between 0 and 99999999"),
    *(
        (StrictFlagField(), wrong, "must be true or false")
        for wrong in ("", "yes", "TRUE", "2", 2, -1, NotAnInteger("1.0"))
    ),
    *(
        (StrictDateField(), wrong, "must be a date as yyyy-MM-dd, from 1900 to 2999")
        for wrong in (
            *("", "2021-02-29", "20210228", "2021-2-8", "2021-W01-1", "28/02/2021", "2021-02-28T00:00:00"),
            *("0000-01-01", "1899-12-31", "3000-01-01", "9999-12-31", "٢٠٢١-01-01", True, 20210228),
        )
    ),
    (StrictTextField(5), "abcdef", "must not have more than 5 characters"),
    (StrictTextField(5), "", "must not be empty"),
    (StrictTextField(5), " \n", "must not be empty"),
    (StrictTextField(5), True, "must be text"),
    (StrictTextField(5), NotAnInteger("1.5"), "must be text"),
    (StrictTextField(3, pattern=ALPHA), "US1", LETTERS),
    *(
        (CodeField(), wrong, LETTERS)
        for wrong in ("*a", "a b", "a/b", "~a", "a?b", "a#b", "é", "a\n", "-a", ".", "a%2Fb", "a&b=c")
    ),
    (CodeField(), "a" * 61, "must not have more than 60 characters"),
    *((ReferenceField(), wrong, LETTERS) for wrong in ("**a", "*", "a*")),
    (WordField({"F": "fixed", "P": "perpetual"}), "p", "must be one of F, P"),
    *(
        (field, wrong, CARD)
        for field in (StrictTextField(50), CodeField(), ReferenceField())
        for wrong in ("4111111111111111", 4111111111111111)
    ),
    (StrictTextField(50), "4111-1111-1111-1111", CARD),
    (StrictTextField(50), "my card 4111 1111 1111 1111 please", CARD),
    (StrictTextField(50), "4111\u200b1111\u200b1111\u200b1111", CARD),
    (StrictTextField(50), "\u202egnp.exe", "must not contain characters that change the direction of others"),
    (StrictTextField(50), "Z\u0351\u0351\u0351", "must not have so many accents on one letter"),
]


@pytest.mark.parametrize(("field", "said", "meant"), GOOD, ids=repr)
def test_what_is_right_is_converted(field, said, meant):
    value = field.to_internal_value(said)
    assert (value, type(value)) == (meant, type(meant))


@pytest.mark.parametrize(("field", "said", "reason"), BAD, ids=repr)
def test_what_is_wrong_is_refused_with_the_reason(field, said, reason):
    with pytest.raises(ValidationError) as refusal:
        field.to_internal_value(said)
    assert [str(each) for each in refusal.value.detail] == [reason]


def test_a_number_of_a_card_is_a_secret_from_the_moment_that_it_is_read():
    secret = SecretField(19, pattern="[0-9]+").to_internal_value("4111111111111111")
    assert secret.reveal() == "4111111111111111"
    assert "4111" not in f"{secret} {secret!r}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_the_refusal_of_a_secret_does_not_tell_it():
    with pytest.raises(ValidationError) as refusal:
        SecretField(4, pattern="[0-9]+").to_internal_value("98x")
    assert "98x" not in str(refusal.value)


@pytest.mark.urls("tests.dialects.unibill.desk")
class TestForms:
    """A form takes what it declares and names what is wrong by the client's name."""

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("accountId", "x"),
            ("firstName", ""),
            ("amount", "19.99"),
            ("isActive", "maybe"),
            ("firstBillingDate", "01/02/2026"),
            ("planId", "**x"),
            ("type", "X"),
            ("csc", "12345"),
            ("code", "a b"),
            ("note", "x" * 256),
        ],
    )
    def test_the_field_is_named(self, client, customer, field, value):
        response = client.put("/api/v01/customers", customer | {field: value}, "application/json")
        assert (response.status_code, response.json()["failureCode"]) == (400, "F01")
        assert response.json()["field"] == field
        assert response.json()["message"].startswith(f"{field} ")
        assert value == "" or value not in response.json()["message"]

    def test_a_required_field_is_required_but_not_for_changing_something(self, client, customer):
        response = client.put("/api/v01/customers", {"firstName": "John"}, "application/json")
        assert response.json() == {
            "failureCode": "F01",
            "message": "accountId is required",
            "field": "accountId",
        }
        made = client.put("/api/v01/customers", customer, "application/json").json()
        changed = client.post(f"/api/v01/customers/{made['id']}", {"note": "new"}, "application/json")
        assert changed.json() == {"id": made["id"], "code": "customer1", "note": "new"}

    @pytest.mark.parametrize("query", ["limit=0", "limit=1001", "offset=-1", "offset=x", "limit=x"])
    def test_a_page_has_limits(self, client, query):
        response = client.get(f"/api/v01/customers?{query}")
        assert (response.status_code, response.json()["field"]) == (400, query.split("=")[0])
