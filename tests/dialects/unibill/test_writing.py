"""Answers in the format that is asked for, and the same in each."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from urllib.parse import parse_qsl

import pytest
from defusedxml import ElementTree

from customers.models import Customer
from dialects.unibill.formats import JsonRenderer, PairsRenderer, XmlRenderer
from dialects.unibill.records import Record, Records

PATH = "/api/v01/customers"
JSON, XML, TEXT_XML, FORM = (
    "application/json",
    "application/xml",
    "text/xml",
    "application/x-www-form-urlencoded",
)
desk = [pytest.mark.urls("tests.dialects.unibill.desk"), pytest.mark.django_db]

INFO = Record("processing-info", {"responseCode": "A01", "approvalCode": None})
CHANGES = Records("adjustments", [Record("subscription-adjustment", {"type": "F", "length": 3})])
FIELDS = {
    "id": 9007199254740993,
    "code": "*a&b\"<c>'d\n\te",
    "amount": -1999,
    "isActive": False,
    "note": None,
    "street2": "",
    "createDate": datetime(2026, 2, 28, 23, 30, 5, 999, tzinfo=timezone(timedelta(hours=-2))),
    "dueDate": date(2026, 3, 1),
    "processingInfo": INFO,
    "adjustments": CHANGES,
}
RECORD = Record("transaction", FIELDS)


def test_json_has_native_numbers_and_booleans_and_leaves_out_what_is_absent():
    assert json.loads(JsonRenderer().render(RECORD)) == {
        "id": 9007199254740993,
        "code": "*a&b\"<c>'d\n\te",
        "amount": -1999,
        "isActive": False,
        "street2": "",
        "createDate": "2026-03-01 01:30:05",
        "dueDate": "2026-03-01",
        "processingInfo": {"responseCode": "A01"},
        "adjustments": [{"type": "F", "length": 3}],
    }


def test_xml_has_fields_as_attributes_and_what_is_inside_as_children():
    written = XmlRenderer().render(RECORD)
    assert written.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<transaction ")
    read = ElementTree.fromstring(written)
    assert read.attrib == {
        "id": "9007199254740993",
        "code": "*a&b\"<c>'d\n\te",
        "amount": "-1999",
        "isActive": "false",
        "street2": "",
        "createDate": "2026-03-01 01:30:05",
        "dueDate": "2026-03-01",
    }
    info, changes = read
    assert (info.tag, info.attrib) == ("processing-info", {"responseCode": "A01"})
    assert (changes.tag, changes.attrib) == ("adjustments", {})
    assert [(each.tag, each.attrib) for each in changes] == [
        ("subscription-adjustment", {"type": "F", "length": "3"})
    ]


def test_pairs_name_what_is_inside_with_dots():
    assert parse_qsl(PairsRenderer().render(RECORD).decode(), keep_blank_values=True) == [
        ("id", "9007199254740993"),
        ("code", "*a&b\"<c>'d\n\te"),
        ("amount", "-1999"),
        ("isActive", "false"),
        ("street2", ""),
        ("createDate", "2026-03-01 01:30:05"),
        ("dueDate", "2026-03-01"),
        ("processingInfo.responseCode", "A01"),
        ("adjustments.0.type", "F"),
        ("adjustments.0.length", "3"),
    ]


def test_a_list_is_a_bare_array_or_an_element_of_elements():
    row = Record("plan", {"id": 1, "createDate": datetime(2026, 1, 1, tzinfo=UTC)})
    for rows in ([], [row], [row, row]):
        records = Records("plans", rows)
        told = [{"id": 1, "createDate": "2026-01-01 00:00:00"}] * len(rows)
        assert json.loads(JsonRenderer().render(records)) == told
        read = ElementTree.fromstring(XmlRenderer().render(records))
        assert (read.tag, [each.tag for each in read]) == ("plans", ["plan"] * len(rows))


@pytest.mark.parametrize("letter", ["\0", "\x0b", "\x1b", "\ufffe"])
def test_a_letter_that_xml_does_not_know_is_replaced(letter):
    read = ElementTree.fromstring(XmlRenderer().render(Record("plan", {"name": f"a{letter}b"})))
    assert read.get("name") == "a\ufffdb"


@pytest.mark.slow
class TestChoosing:
    """Accept decides; without it XML answers XML, and everything else JSON."""

    pytestmark = desk

    @pytest.mark.parametrize(
        ("accept", "sent", "answered"),
        [
            (None, "", JSON),
            (None, JSON, JSON),
            (None, XML, XML),
            (None, TEXT_XML, TEXT_XML),
            (None, "application/soap+xml; charset=utf-8", XML),
            (None, FORM, JSON),
            ("*/*", XML, XML),
            ("*/*", JSON, JSON),
            ("application/*", XML, XML),
            (JSON, XML, JSON),
            (XML, JSON, XML),
            (TEXT_XML, JSON, TEXT_XML),
            ("text/*", JSON, TEXT_XML),
            ("application/json, application/xml", XML, JSON),
            ("application/json, application/xml;q=0.5", XML, JSON),
            ("application/json;q=0.5, application/xml", JSON, XML),
            ("text/html, application/xml;q=0.9, */*;q=0.8", JSON, XML),
            ("text/html", JSON, JSON),
            ("text/html", XML, XML),
            (FORM, JSON, JSON),
            ("", JSON, JSON),
            (";;q=,//,,", JSON, JSON),
            ("application/json;q=high", XML, JSON),
        ],
    )
    def test_of_the_format(self, client, accept, sent, answered):
        headers = {} if accept is None else {"Accept": accept}
        for path in (PATH, f"{PATH}/0", "/api/v01/nothing", f"{PATH}/~nothing"):
            response = client.get(path, headers=headers, CONTENT_TYPE=sent)
            assert response["Content-Type"].split(";")[0] == answered
            assert "Accept" in response["Vary"]

    def test_a_body_that_is_clearly_xml_is_answered_in_xml(self, client):
        for body, answered in (("  <customer/>", XML), ("\ufeff<customer/>", XML), ('{"a": 1}', JSON)):
            response = client.generic("PUT", PATH, body, FORM)
            assert (response.status_code, response["Content-Type"].split(";")[0]) == (400, answered)

    def test_only_what_changes_by_get_is_answered_in_pairs(self, client):
        headers = {"Accept": FORM}
        response = client.get(f"{PATH}/1/transactions/2/~reverse", headers=headers)
        assert (response["Content-Type"], response.content) == (
            FORM,
            b"id=7&amount=-1999&processingInfo.responseCode=A01",
        )
        assert client.get(PATH, headers=headers)["Content-Type"] == JSON

    def test_so_are_its_refusals(self, client):
        client.defaults["HTTP_AUTHORIZATION"] = "Basic x"
        response = client.get(f"{PATH}/1/transactions/2/~reverse", headers={"Accept": FORM})
        assert (response.status_code, response["Content-Type"]) == (401, FORM)
        assert dict(parse_qsl(response.content.decode()))["failureCode"] == "L01"

    def test_a_list_comes_in_pages_of_a_hundred(self, client, merchant):
        Customer.objects.bulk_create(Customer(merchant=merchant) for _ in range(103))
        assert len(client.get(PATH).json()) == 100
        assert len(client.get(f"{PATH}?offset=100").json()) == 3
        assert len(client.get(f"{PATH}/~find?offset=1&limit=2").json()) == 2
        assert client.get(f"{PATH}?offset=200").json() == []
