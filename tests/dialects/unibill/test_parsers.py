"""Requests in three formats say the same, and what says nothing clearly is refused."""

import json
from urllib.parse import urlencode

import pytest
from django.conf import settings

from customers.models import Customer

pytestmark = [pytest.mark.urls("tests.dialects.unibill.desk"), pytest.mark.django_db]
PATH = "/api/v01/customers"
FORM = "application/x-www-form-urlencoded"


def write_xml(fields, element="customer"):
    return f"<{element} " + " ".join(f'{name} = "{value}"\n' for name, value in fields.items()) + "/>"


def put(client, body, content_type, path=PATH, **headers):
    return client.generic("PUT", path, body, content_type, headers=headers)


def refusal(response):
    said = response.json()
    return response.status_code, said["failureCode"], said.get("field")


def told(response):
    """What the desk was asked for, without the id that it gave."""
    assert response.status_code == 200, response.content
    return {name: value for name, value in response.json().items() if name != "id"}


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8", "text/json", ""])
def test_json_is_one_flat_object_of_quoted_values(client, customer, kind):
    assert told(put(client, json.dumps(customer), kind)) == customer


def test_json_values_may_be_native(client, customer):
    said = customer | {"accountId": int(customer["accountId"]), "amount": 1999, "isActive": True}
    assert told(put(client, json.dumps(said), "application/json")) == said


@pytest.mark.parametrize("kind", ["application/xml", "text/xml; charset=UTF-8", "application/vnd.x+xml", ""])
@pytest.mark.parametrize("before", ["", "\ufeff", '<?xml version="1.0" encoding="utf-8"?>\n', "<!-- a -->"])
def test_xml_is_one_element_with_attributes(client, customer, kind, before):
    response = put(client, before + write_xml(customer), kind, Accept="application/json")
    assert told(response) == customer


@pytest.mark.parametrize("kind", [FORM, FORM + ";charset=utf-8", "text/plain", "image/png", ""])
def test_pairs_are_read_from_the_body_whatever_it_is_called(client, customer, kind):
    assert told(put(client, urlencode(customer), kind)) == customer


def test_pairs_are_read_from_the_query(client, customer):
    assert told(put(client, "", FORM, f"{PATH}/~create?{urlencode(customer)}")) == customer


@pytest.mark.parametrize("write", [json.dumps, urlencode, write_xml])
def test_where_query_and_body_name_the_same_field_the_body_counts(client, customer, write):
    query = urlencode({"firstName": "Query", "note": "from the query"})
    response = put(client, write(customer), "", f"{PATH}?{query}", Accept="application/json")
    assert told(response) == customer | {"note": "from the query"}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('{"{name}": "1", "{name}": "1"}', "application/json"),
        ('<customer {name}="1" b="2"\r\n {name}="1"/>', "application/xml"),
        ("{name}=1&{name}=1", FORM),
    ],
)
@pytest.mark.parametrize("name", ["firstName", "accountId", "unknown", "é"])
def test_a_field_that_comes_twice_is_refused_by_its_name(client, body, kind, name):
    response = put(client, body.replace("{name}", name), kind, Accept="application/json")
    assert refusal(response) == (400, "F01", name)


def test_a_field_that_comes_twice_in_the_query_is_refused_by_its_name(client):
    response = client.get(f"{PATH}?limit=1&limit=1")
    assert refusal(response) == (400, "F01", "limit")


NESTED = ["{}", "[]", '{"a": 1}', '["John"]', "[[[]]]", '[{"type": "F", "note": null}]']


@pytest.mark.parametrize("value", NESTED)
@pytest.mark.parametrize("field", ["firstName", "accountId", "isActive", "type", "csc"])
def test_a_value_inside_the_value_of_a_known_field_is_refused_by_its_name(client, customer, value, field):
    body = json.dumps(customer | {field: "?"}).replace('"?"', value)
    assert refusal(put(client, body, "application/json")) == (400, "F01", field)


@pytest.mark.parametrize("value", NESTED)
def test_a_value_inside_the_value_of_a_field_that_nobody_knows_is_ignored(client, customer, value):
    body = json.dumps(customer | {"adjustments": "?"}).replace('"?"', value)
    assert told(put(client, body, "application/json")) == customer


@pytest.mark.parametrize("field", ["firstName", "accountId", "csc"])
def test_an_element_named_as_a_known_field_is_refused_by_its_name(client, customer, field):
    body = write_xml(customer).replace("/>", f"><{field}>1</{field}></customer>")
    assert refusal(put(client, body, "text/xml", Accept="application/json")) == (400, "F01", field)


@pytest.mark.parametrize(
    "child",
    ['<processing-info id="1"/>', "<adjustments>\n<a type='F'>x<b/></a>\n<a/></adjustments>", "<a/><a/>"],
)
def test_an_element_that_nobody_knows_is_ignored(client, customer, child):
    body = write_xml(customer).replace("/>", f">\n{child}\n</customer>")
    assert told(put(client, body, "text/xml", Accept="application/json")) == customer


@pytest.mark.parametrize("inside", ["<a/>" * 200, "<a>" * 200 + "</a>" * 200, "<a b='' c=''/>" * 40])
def test_elements_count_among_the_fields_that_a_body_may_have(client, customer, inside):
    body = write_xml(customer).replace("/>", f">{inside}</customer>")
    assert refusal(put(client, body, "text/xml", Accept="application/json")) == (400, "F02", None)


def test_pairs_of_an_answers_inner_fields_are_ignored(client, customer):
    said = customer | {"processingInfo.responseCode": "approved", "adjustments.0.type": "F"}
    assert put(client, urlencode(said), FORM).status_code == 200


@pytest.mark.parametrize("letter", ["\0", "\x01", "\x0b", "\x1f", "\ufffe", "\ud800"])
@pytest.mark.parametrize("field", ["firstName", "unknown"])
def test_letters_that_xml_cannot_write_are_refused_in_every_format(client, customer, letter, field):
    body = json.dumps(customer | {field: f"a{letter}b"})
    assert refusal(put(client, body, "application/json")) == (400, "F01", field)
    if letter != "\ud800":
        assert refusal(put(client, urlencode(customer | {field: letter}), FORM)) == (400, "F01", field)


def test_null_is_the_same_as_nothing(client, customer):
    assert told(put(client, json.dumps(customer | {"note": None}), "application/json")) == customer
    response = put(client, json.dumps(customer | {"firstName": None}), "application/json")
    assert refusal(response) == (400, "F01", "firstName")


def test_fields_that_nobody_knows_are_ignored(client, customer):
    assert put(client, json.dumps(customer | {"shoeSize": 44.5}), "application/json").status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("[]", "application/json"),
        ('"text"', "application/json"),
        ("null", "application/json"),
        ("{", "application/json"),
        ('{"a": NaN}', "application/json"),
        ("{'a': 1}", "application/json"),
        ('{"a": 1}{}', "application/json"),
        ('{"\\u0000": 1}', "application/json"),
        ("[" * 20_000, "application/json"),
        ('{"a":' * 5_000, "application/json"),
        ("firstName=John", "application/json"),
        (b'{"firstName": "\xff"}', "application/json"),
        ('{"firstName": "a"}'.encode("utf-16"), "application/json"),
        ("{}", "application/json; charset=latin-1"),
        ("firstName=%ff", FORM),
        (b"firstName=\xff", FORM),
        ("&".join(f"f{n}=1" for n in range(101)), FORM),
        ("<customer " + " ".join(f'f{n}="1"' for n in range(101)) + "/>", "application/xml"),
        ("<customers/>", "application/xml"),
        ("<Customer/>", "application/xml"),
        ('<payment-option code="a"/>', "application/xml"),
        ("<customer>text</customer>", "application/xml"),
        ("<customer/><customer/>", "application/xml"),
        ("<customer", "application/xml"),
        ("<customer a=1/>", "application/xml"),
        ("firstName=John", "application/xml"),
        (write_xml({"firstName": "é"}).encode("latin-1"), "application/xml"),
        (write_xml({"firstName": "é"}).encode("utf-16"), "application/xml"),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(client, body, kind):
    response = put(client, body, kind, Accept="application/json")
    assert refusal(response) == (400, "F02", None)
    assert not Customer.objects.exists()


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        ("multipart/form-data; boundary=x", {}),
        ("application/json", {"Content-Encoding": "gzip"}),
        ("application/xml", {"Content-Encoding": "deflate"}),
    ],
)
def test_a_body_in_a_wrapping_is_refused(client, customer, kind, headers):
    response = put(client, json.dumps(customer), kind, Accept="application/json", **headers)
    assert refusal(response) == (415, "F04", None)


def test_a_large_body_is_refused_unread(client):
    body = "a" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    assert refusal(put(client, body, "application/json")) == (413, "F03", None)


def test_an_action_without_a_form_does_not_mind_what_is_sent(client, customer):
    made = put(client, json.dumps(customer), "application/json").json()
    response = client.generic("GET", f"{PATH}/{made['id']}", "{", "application/json")
    assert response.json()["id"] == made["id"]
