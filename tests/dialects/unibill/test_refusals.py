"""Every refusal has the dialect's shape, whoever gives it and in whatever format."""

from urllib.parse import quote

import pytest
from defusedxml import ElementTree
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.http.request import UnreadablePostError
from django.test import Client
from rest_framework.exceptions import (
    APIException,
    MethodNotAllowed,
    ParseError,
    UnsupportedMediaType,
    ValidationError,
)

from charges import errors as charges
from core.errors import BillingError, CodeTaken, InvalidField
from customers import errors as customers
from dialects.unibill import errors
from ledger import errors as ledger
from subscriptions import errors as subscriptions
from tests.dialects.unibill.desk import CustomerDesk

PATH = "/api/v01/customers"
desk = pytest.mark.urls("tests.dialects.unibill.desk")
KNOWN = [
    (InvalidField("account_number", "is wrong"), 400, "F01", "accountId"),
    (InvalidField("elsewhere", "is wrong"), 400, "F01", "elsewhere"),
    (ValidationError({"firstName": ["is required"]}), 400, "F01", "firstName"),
    (customers.InvalidIdempotencyKey(), 400, "F01", "Idempotency-Key"),
    (ParseError("unreadable"), 400, "F02", None),
    (APIException(), 400, "F02", None),
    (SuspiciousOperation("x"), 400, "F02", None),
    (UnreadablePostError("x"), 400, "F02", None),
    (RequestDataTooBig("x"), 413, "F03", None),
    (UnsupportedMediaType("x/y"), 415, "F04", None),
    (customers.NotAuthenticated(), 401, "L01", None),
    (customers.NotAuthorized(), 403, "L02", None),
    (customers.BillingRoleMissing(), 403, "L02", None),
    (customers.TooManyFailures(), 429, "L03", None),
    (BillingError(), 400, "V01", None),
    (errors.ObjectNotFound(), 404, "V02", None),
    (Http404(), 404, "V02", None),
    (customers.UnknownMerchant(), 400, "V03", None),
    (errors.AmbiguousCode(), 409, "V04", None),
    (customers.KeyInProgress(), 409, "V05", None),
    (customers.KeyReusedDifferently(), 409, "V06", None),
    (customers.NoPaymentOption(), 409, "O01", None),
    (customers.CustomerNotFound(), 404, "V02", None),
    (customers.PaymentOptionNotFound(), 404, "V02", None),
    (charges.ChargeNotFound(), 404, "V02", None),
    (subscriptions.SubscriptionNotFound(), 404, "V02", None),
    (subscriptions.PlanNotFound(), 404, "V02", None),
    (CodeTaken(), 409, "V07", "code"),
    (charges.WrongState("cancelled"), 409, "V08", None),
    (errors.UnknownReference("plan"), 400, "V09", "planId"),
    (charges.RefundedAlready(), 409, "V10", None),
    (ledger.AlreadyReversed(), 409, "V10", None),
    (errors.TypeNotEntered(), 400, "V11", "type"),
    (errors.RefundDeclined(), 409, "V12", None),
    (charges.ProcessorUnavailable(), 503, "E02", None),
    (errors.OutcomeUnknown("a1b2"), 202, "E03", None),
    (ledger.NotReversible(), 409, "U04", None),
    (MethodNotAllowed("GET"), 405, "U02", None),
]


@pytest.mark.slow
@desk
@pytest.mark.parametrize(("error", "status", "code", "field"), KNOWN, ids=lambda value: type(value).__name__)
def test_each_refusal_has_its_status_and_code(client, customer, monkeypatch, error, status, code, field):
    def refuse(self, request):
        raise error

    monkeypatch.setattr(CustomerDesk, "create", refuse)
    response = client.put(PATH, customer, "application/json")
    said = response.json()
    assert (response.status_code, said["failureCode"], said.get("field")) == (status, code, field)
    assert said["message"]
    extra = {"field"} if field else {"gatewayTransactionId"} if code == "E03" else set()
    assert set(said) == {"failureCode", "message", *extra}
    assert ("WWW-Authenticate" in response) == (status == 401)
    written = client.put(PATH, customer, "application/json", headers={"Accept": "application/xml"})
    read = ElementTree.fromstring(written.content)
    assert (written.status_code, read.tag, read.attrib, list(read)) == (status, "error", said, [])


def test_the_test_above_knows_the_whole_table():
    assert {(status, code) for _, status, code, _ in KNOWN} == set(errors.ERRORS.values())


def test_a_request_in_progress_says_when_to_come_back():
    assert errors.build_headers(409, customers.KeyInProgress()) == {"Retry-After": "1"}


@desk
def test_what_a_client_sent_does_not_break_out_of_the_refusal(client):
    name = "a\"><script>'&lt;]]>"
    response = client.get(f"{PATH}?{quote(name)}=1&{quote(name)}=2", headers={"Accept": "text/xml"})
    read = ElementTree.fromstring(response.content)
    assert (read.attrib["field"], list(read)) == (name, [])


def test_our_own_failure_is_told_without_what_it_was(client, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("a-secret-of-ours")

    monkeypatch.setattr("django.core.handlers.base.BaseHandler.resolve_request", fail)
    broken = Client(raise_request_exception=False)
    for accept, kind in (("*/*", "application/json"), ("application/xml", "application/xml; charset=utf-8")):
        response = broken.get(PATH, headers={"Accept": accept})
        assert (response.status_code, response["Content-Type"]) == (500, kind)
        assert b"E01" in response.content
        assert b"secret" not in response.content


@pytest.mark.parametrize("accept", ["application/json", "application/xml"])
@pytest.mark.parametrize(
    ("status", "code", "request_"),
    [
        (413, "F03", {"data": b"x" * 65_537, "content_type": "application/json"}),
        (411, "F05", {"headers": {"Transfer-Encoding": "chunked"}, "CONTENT_LENGTH": ""}),
        (400, "F02", {"query_params": {"a": "\0"}}),
        (404, "U03", {}),
    ],
)
@pytest.mark.parametrize("path", ["/api/v01/nothing", "/api/v01/", "/api/", "/api", "/api/v02/customers"])
def test_what_no_view_sees_is_refused_in_the_same_shape(path, status, code, request_, accept):
    headers = {"Accept": accept, **request_.get("headers", {})}
    response = Client().post(path, **(request_ | {"headers": headers}))
    assert response.status_code == status
    assert response["Content-Type"].split(";")[0] == accept
    assert code.encode() in response.content
    assert response["X-Request-ID"]


def test_programs_are_told_to_use_tls(settings):
    settings.SECURE_SSL_REDIRECT = True
    response = Client().get(PATH)
    assert (response.status_code, response.json()["failureCode"]) == (403, "L02")
