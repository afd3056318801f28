"""Whatever a client says, it says the same in all three formats, and reads back what it said."""

import json
from string import ascii_letters, ascii_lowercase, digits
from urllib.parse import urlencode
from xml.sax.saxutils import quoteattr

import pytest
from defusedxml import ElementTree
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.request import Request

from dialects.unibill.formats import JsonRenderer, XmlRenderer
from dialects.unibill.parsers import read_fields
from dialects.unibill.records import Record
from dialects.unibill.xml import NOT_IN_XML

FORM = "application/x-www-form-urlencoded"
# A regular expression would say the same, but takes five times as long to draw from.
names = st.tuples(st.sampled_from(ascii_lowercase), st.text(ascii_letters + digits, max_size=20)).map("".join)
texts = st.text(max_size=40).filter(lambda text: not NOT_IN_XML.search(text))
said = st.dictionaries(names, texts, max_size=20)


def read(body, kind):
    request = RequestFactory().generic("PUT", "/api/v01/customers", body.encode(), kind)
    return read_fields(Request(request), "customer", ())


def write_xml(fields):
    return "<customer " + " ".join(f"{name}={quoteattr(value)}" for name, value in fields.items()) + "/>"


@pytest.mark.slow
@given(said)
def test_three_formats_say_the_same(fields):
    assert read(json.dumps(fields), "application/json") == fields
    assert read(json.dumps(fields, ensure_ascii=False), "application/json") == fields
    assert read(write_xml(fields), "application/xml") == fields
    assert read(urlencode(fields), FORM) == fields


@given(said)
def test_the_query_says_it_too(fields):
    request = RequestFactory().get("/api/v01/customers?" + urlencode(fields))
    assert read_fields(Request(request), "customer", ()) == fields


@given(st.dictionaries(names, st.integers(1 - 10**17, 10**18 - 1) | st.booleans(), max_size=20))
def test_native_values_arrive_as_such(fields):
    assert read(json.dumps(fields), "application/json") == fields


@given(said)
def test_what_is_answered_in_xml_reads_back(fields):
    element = ElementTree.fromstring(XmlRenderer().render(Record("customer", fields)))
    assert (element.tag, element.attrib, list(element), element.text) == ("customer", fields, [], None)


@given(st.dictionaries(names, st.text(max_size=40), max_size=20))
def test_nothing_breaks_out_of_an_attribute(fields):
    element = ElementTree.fromstring(XmlRenderer().render(Record("customer", fields)))
    replaced = {name: NOT_IN_XML.sub("\ufffd", value) for name, value in fields.items()}
    assert (element.tag, element.attrib, list(element), element.text) == ("customer", replaced, [], None)


@given(said)
def test_what_is_answered_in_json_reads_back(fields):
    assert json.loads(JsonRenderer().render(Record("customer", fields))) == fields
