"""What a client may say about a new charge, and what it may not."""

import json
import uuid

import pytest
from django.db import models

from charges.models import Charge
from dialects.text.recurrent_rendering import V1_RECURRENT_FIELDS, V2_RECURRENT_FIELDS
from dialects.text.rendering import V1_FIELDS, V2_FIELDS
from subscriptions.models import Subscription
from tests.dialects.text.world import call

BODY = {"name": "Extension", "price": 100, "quantity": 2, "return_url": "https://seller.example/back"}
MAY_SAY = {*BODY, "per_account", "test", "currency"}
RECURRENT = {"name": "Monthly app", "price": 1900, "return_url": "https://seller.example/back"}
MAY_SAY_OF_RECURRENT = {*RECURRENT, "external_id", "trial_days", "months", "per_account", "test", "currency"}
CHANGES_ANYWAY = {"id", "public_id", "created_at", "updated_at"}


def names_of(model):
    fields = model._meta.concrete_fields
    return {field.name for field in fields} | {field.attname for field in fields}


def canary(name, model):
    """A value that fits the field, so that only the rules can keep it out."""
    field = next(
        (field for field in model._meta.concrete_fields if name in (field.name, field.attname)), None
    )
    if isinstance(field, models.DateTimeField):
        return "2001-02-03T04:05:06Z"
    if isinstance(field, models.UUIDField) or name in ("id", "order_organization_id", "buyer_account_id"):
        return str(uuid.UUID(int=7))
    if isinstance(field, models.BooleanField):
        return True
    if isinstance(field, models.CharField | models.TextField):
        return "success" if name == "status" else "helpdesk"
    return 7


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "model", "body", "may_say", "shown"),
    [
        ("/v1/direct_charge", Charge, BODY, MAY_SAY, V1_FIELDS),
        ("/v2/direct_charge/livechat", Charge, BODY, MAY_SAY, V2_FIELDS),
        ("/v1/recurrent_charge", Subscription, RECURRENT, MAY_SAY_OF_RECURRENT, V1_RECURRENT_FIELDS),
        ("/v3/recurrent_charge/livechat", Subscription, RECURRENT, MAY_SAY_OF_RECURRENT, V2_RECURRENT_FIELDS),
    ],
)
def test_only_the_documented_fields_get_through(world, settings, path, model, body, may_say, shown):
    settings.CURRENCIES = ["EUR"]
    token = world.token()

    def row_of(extra):
        response = call("POST", path, token, body=body | extra)
        assert response.status_code == 201, response.content
        row = model.objects.filter(public_id=response.json()["id"]).values().get()
        return {name: value for name, value in row.items() if name not in CHANGES_ANYWAY}

    plain = row_of({})
    for name in sorted((names_of(model) | {*shown}) - may_say):
        assert row_of({name: canary(name, model)}) == plain, name
    values = {"price": 7, "quantity": 7, "return_url": None, "name": "x", "trial_days": 7, "months": 7}
    for name in sorted(may_say):
        texts = {"external_id": "x", "currency": "EUR"}
        said = values.get(name, texts.get(name, True))
        assert row_of({name: said}) != plain, name


def test_ids_and_times_are_ours(world):
    said = {
        "id": str(uuid.UUID(int=7)),
        "public_id": str(uuid.UUID(int=7)),
        "created_at": "2001-02-03T04:05:06Z",
    }
    made = call("POST", "/v1/direct_charge", world.token(), body=BODY | said).json()
    assert made["id"] != said["id"]
    assert made["created_at"] != said["created_at"]


@pytest.mark.parametrize("path", ["/v1/direct_charge", "/v1/recurrent_charge"])
def test_application_and_commission_are_for_admins_and_ignored_from_others_even_when_malformed(world, path):
    said = {"order_client_id": world.other_app.client_id, "commission_percent": 5}
    for extra in (said, {"order_client_id": [], "commission_percent": "x"}):
        made = call("POST", path, world.token(), body=BODY | extra).json()
        assert (made["order_client_id"], made["commission_percent"]) == (world.app.client_id, 20)
        buyers = world.token(app=world.marketplace, scopes="billing_admin billing_manage")
        assert call("POST", path, buyers, body=BODY | extra).status_code == 403
    admin = world.operator_token()
    made = call("POST", path, admin, body=BODY | said).json()
    assert (made["order_client_id"], made["commission_percent"]) == (world.other_app.client_id, 5)
    assert made["seller_client_id"] == world.marketplace.client_id


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"commission_percent": 101}, "commission_percent"),
        ({"commission_percent": -1}, "commission_percent"),
        ({"commission_percent": "5"}, "commission_percent"),
        ({"order_client_id": "0" * 32}, "order_client_id"),
        ({"order_client_id": "é\n"}, "order_client_id"),
        ({"order_client_id": 5}, "order_client_id"),
    ],
)
def test_an_admins_mistakes_are_named_too(world, said, field):
    admin = world.operator_token()
    body = BODY | {"order_client_id": world.app.client_id} | said
    for path in ("/v2/direct_charge/livechat", "/v2/recurrent_charge/livechat"):
        response = call("POST", path, admin, body=body)
        assert response.status_code == 400
        assert list(response.json()["error"]["details"]) == [field]


@pytest.mark.parametrize("value", [True, 1, "1", "true"])
@pytest.mark.parametrize("field", ["test", "per_account"])
def test_yes_is_said_in_four_ways(world, field, value):
    body = BODY | {field: value}
    assert call("POST", "/v2/direct_charge/livechat", world.token(), body=body).json()[field] is True


@pytest.mark.parametrize("value", [False, 0, "0", "false"])
def test_and_no_in_four_more(world, value):
    assert (
        call("POST", "/v1/direct_charge", world.token(), body=BODY | {"test": value}).json()["test"] is False
    )


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=UTF-8",
        "text/plain",
        "text/plain;charset=UTF-8",
        "",
        "application/octet-stream",
    ],
)
def test_form_pairs_are_read_whatever_their_label(world, content_type):
    pairs = (
        "name=Caf%C3%A9+bar&price=0100&quantity=2&return_url=https://seller.example/a?b=c%26d%3De&test=true"
    )
    response = call("POST", "/v1/direct_charge", world.token(), body=pairs, content_type=content_type)
    made = response.json()
    assert (made["name"], made["price"], made["test"]) == ("Café bar", 100, True)
    assert made["return_url"] == f"https://seller.example/a?b=c&d=e&id={made['id']}&type=direct_charge"


def test_a_multipart_form_is_read(world):
    parts = (
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in BODY.items()
    )
    body = "".join(parts) + "--x--\r\n"
    response = call(
        "POST", "/v1/direct_charge", world.token(), body=body, content_type="multipart/form-data; boundary=x"
    )
    assert response.status_code == 201
    assert response.json()["price"] == 100


@pytest.mark.parametrize(
    ("kind", "optional"),
    [
        ("direct", "test per_account test_card currency order_client_id commission_percent"),
        (
            "recurrent",
            "test per_account months trial_days external_id test_card currency"
            " order_client_id commission_percent",
        ),
    ],
)
def test_null_is_the_same_as_nothing_in_every_field_that_may_be_left_out(world, kind, optional):
    path, own = f"/v3/{kind}_charge/livechat", {"id", "return_url", "confirmation_url", "created_at"}
    made = [
        call("POST", path, world.token(), body=BODY | extra).json()
        for extra in ({}, dict.fromkeys(optional.split()))
    ]
    first, second = ({name: value for name, value in each.items() if name not in own} for each in made)
    assert first == second
    assert first["name"] == BODY["name"]


@pytest.mark.parametrize("field", ["name", "price", "quantity"])
def test_null_in_a_field_that_is_required_is_refused(world, field):
    response = call("POST", "/v1/direct_charge", world.token(), body=BODY | {field: None})
    assert response.json()["error"]["details"] == {field: "must not be null"}


@pytest.mark.parametrize("before", ["", "\ufeff", "\r\n\t ", "\ufeff\n"])
@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "text/plain;charset=UTF-8", "", "application/x-www-form-urlencoded", "image/png", ";"],
)
@pytest.mark.parametrize("kind", ["direct", "recurrent"])
def test_json_is_recognised_by_its_body_where_the_label_says_nothing(world, content_type, before, kind):
    body = before + json.dumps(BODY)
    path = f"/v1/{kind}_charge"
    response = call("POST", path, world.token(), body=body.encode(), content_type=content_type)
    assert (response.status_code, response.json()["name"]) == (201, BODY["name"])


@pytest.mark.parametrize(
    ("written", "content_type"),
    [
        (json.dumps(BODY), "application/json"),
        ("name=Extension&price=100&quantity=2&return_url=https://seller.example/back", "text/plain"),
    ],
)
def test_a_byte_order_mark_is_skipped(world, written, content_type):
    body = b"\xef\xbb\xbf" + written.encode()
    made = call("POST", "/v1/direct_charge", world.token(), body=body, content_type=content_type)
    assert (made.status_code, made.json()["price"]) == (201, 100)
    empty = call(
        "PUT", f"/v1/direct_charge/{made.json()['id']}/activate", world.token(), body=b"\xef\xbb\xbf"
    )
    assert empty.status_code == 422


@pytest.mark.parametrize(
    "content_type", ["application/json; charset=utf-8", "text/json", "application/problem+json"]
)
def test_json_has_many_names(world, content_type):
    response = call("POST", "/v1/direct_charge", world.token(), body=BODY, content_type=content_type)
    assert response.status_code == 201


def test_the_return_url_keeps_its_query_and_cannot_overrule_ours(world):
    url = "https://seller.example/back?id=1&type=x&tab=a%20b#part"
    made = call("POST", "/v1/direct_charge", world.token(), body=BODY | {"return_url": url}).json()
    address = f"https://seller.example/back?tab=a%20b&id={made['id']}&type=direct_charge#part"
    assert made["return_url"] == address


def test_an_empty_return_url_of_a_form_is_none(world):
    form = "name=a&price=1&quantity=1&return_url="
    made = call("POST", "/v1/direct_charge", world.token(), body=form, content_type="text/plain").json()
    assert made["return_url"] is None


@pytest.mark.parametrize("kind", ["direct_charge", "recurrent_charge"])
def test_ids_and_urls_fit_the_columns_of_known_clients(world, settings, kind):
    settings.BASE_URL = "https://" + "b" * 63 + ".example"
    made = call("POST", f"/v2/{kind}/livechat", world.token(), body=BODY).json()
    assert all(len(made[name]) == 36 for name in ("id", "buyer_organization_id", "order_organization_id"))
    assert len(made["confirmation_url"]) <= 255


@pytest.mark.parametrize("kind", ["direct_charge", "recurrent_charge"])
def test_a_charge_made_in_one_version_is_read_in_all(world, kind):
    token = world.token()
    made = call("POST", f"/v1/{kind}", token, body=BODY).json()
    for version in (f"/v1/{kind}", f"/v2/{kind}/livechat", f"/v3/{kind}/livechat"):
        read = call("GET", f"{version}/{made['id']}", token).json()
        assert all(made[name] == read[name] for name in {*made} & {*read})
