"""Each request at an API is a row of the request log, with who asked and without what is secret."""

import json

import pytest
from django.test import Client

from access.api_keys import issue_api_key
from operations.factories import (
    ApplicationFactory,
    MerchantFactory,
    OrganizationFactory,
    ServiceUserFactory,
)
from request_log.masking import mask_path, mask_refusal
from request_log.recorder import RECORDER
from tests.access.oauth.flow import SECRET, ClientFactory
from tests.dialects.text.world import World
from tests.service_users import basic
from tests.tokens import issue_test_token

pytestmark = pytest.mark.django_db
CARD = "4242424242424242"


@pytest.fixture
def world():
    return World()


def bearer(token):
    return {"Authorization": f"Bearer {token}", "X-Request-ID": "find-me"}


def owner(row):
    return row.organization_id, row.application_id, row.merchant_id, row.service_user_id


def test_a_served_request_says_who_asked_what_and_how_long_it_took(request_log, world):
    path, body = "/v2/direct_charge/livechat", {"name": "A", "price": 100, "quantity": 1, "test": True}
    body["return_url"] = "https://seller.example/back"
    sent = json.dumps(body)
    answer = Client().post(f"{path}?x=secret", sent, "application/json", headers=bearer(world.token()))
    assert answer.status_code == 201, answer.content
    row = request_log.read_one()
    assert owner(row) == (world.seller.pk, world.app.pk, None, None)
    assert (row.method, row.path, row.status, row.request_id) == ("POST", path, 201, "find-me")
    assert (row.refusal, row.livemode) == ("", False)
    assert row.duration_ms >= 0


def test_a_refusal_is_kept_in_short_and_without_the_value(request_log, world):
    path = f"/v2/direct_charge/livechat/kim@buyer.example/{CARD}"
    Client().get(path, headers=bearer(world.token()))
    Client().get("/v2/direct_charge/livechat?status=%22kim%22", headers=bearer(world.token()))
    lost, refused = request_log.read()
    assert (lost.path, lost.status) == ("/v2/direct_charge/livechat/…/#", 404)
    assert owner(lost)[:2] == (world.seller.pk, world.app.pk)
    assert (refused.status, refused.path) == (400, "/v2/direct_charge/livechat")
    assert refused.refusal.startswith("status: ")
    assert "kim" not in refused.refusal


def test_an_expired_token_is_told_to_the_owner_of_its_application(request_log, world):
    expired = issue_test_token(world.account, world.app, hours=-1)
    Client().get("/v2/direct_charge/livechat", headers=bearer(expired))
    Client().get("/v2/direct_charge/livechat", headers=bearer("unknown"))
    Client().get("/v2/direct_charge/livechat")
    known, unknown, nobody = request_log.read()
    assert owner(known) == (world.seller.pk, world.app.pk, None, None)
    assert {(row.status, row.refusal) for row in (known, unknown, nobody)} == {
        (401, "A valid access token is needed.")
    }
    assert owner(unknown) == owner(nobody) == (None, None, None, None)


def test_a_company_is_known_by_its_key_even_a_revoked_one_and_the_key_is_not_kept(request_log):
    merchant = MerchantFactory()
    key = issue_api_key(merchant)
    Client().get("/v1/customers", headers={"Authorization": basic(key, "")})
    merchant.api_keys.update(revoked_at=merchant.created_at)
    Client().get("/v1/customers", headers={"Authorization": basic(key, "")})
    served, refused = request_log.read()
    assert owner(served) == owner(refused) == (merchant.organization_id, None, merchant.pk, None)
    assert (served.status, refused.status, refused.refusal) == (200, 403, "A valid API key is needed.")


def test_a_service_user_belongs_to_the_organisation_of_all_its_merchants(request_log):
    merchant, other = MerchantFactory(), MerchantFactory()
    user = ServiceUserFactory(username="api-shop", merchants=[merchant])
    between = ServiceUserFactory(username="api-both", merchants=[merchant, other])
    Client().get("/api/v01/plans/~find", headers={"Authorization": basic()})
    Client().get("/api/v01/plans/~find", headers={"Authorization": basic(password="wrong-password")})
    Client().get("/api/v01/plans/~find", headers={"Authorization": basic("api-both")})
    served, refused, both = request_log.read()
    assert owner(served) == owner(refused) == (merchant.organization_id, None, merchant.pk, user.pk)
    assert refused.status == 401
    assert owner(both) == (None, None, None, between.pk)


@pytest.mark.parametrize("path", ["/oauth/token/", "/v2/token"])
def test_oauth_refusals_are_told_to_the_application_that_is_named(request_log, path):
    app = ClientFactory()
    form = {"grant_type": "authorization_code", "code": "made-up", "redirect_uri": "https://x.example"}
    Client().post(path, form | {"client_id": app.client_id, "client_secret": SECRET, "code_verifier": "a"})
    Client().post(path, form, headers={"Authorization": basic(app.client_id, "wrong")})
    Client().post(path, form | {"client_id": "nobody", "client_secret": "b\0"})
    named, wrong, unknown = request_log.read()
    assert owner(named)[:2] == owner(wrong)[:2] == (app.organization_id, app.pk)
    assert named.refusal.startswith("invalid_grant")
    assert wrong.refusal.startswith("invalid_client")
    assert (wrong.status, unknown.status) == (401, 400)
    assert owner(unknown) == (None, None, None, None)


def test_pages_probes_and_questions_of_browsers_are_not_kept(request_log, world):
    Client().get("/login/")
    Client().get("/healthz")
    Client().options("/v2/direct_charge/livechat", headers={"Origin": "https://a.example"})
    assert request_log.read() == []


@pytest.mark.parametrize(
    "header", ["Basic é", "Basic AAAA", "Bearer", "Bearer \udcff", "x" * 9000, "Basic OjE="]
)
@pytest.mark.parametrize("path", ["/v2/x", "/v1/customers", "/api/v01/plans", "/oauth/token", "/v2/%00%ff"])
def test_nonsense_is_kept_as_a_strangers(request_log, header, path):
    Client().get(path, headers={"Authorization": header})
    assert owner(request_log.read_one()) == (None, None, None, None)


def test_other_sellers_keep_apart(request_log, world):
    stranger = ApplicationFactory(organization=OrganizationFactory())
    token = issue_test_token(world.account, stranger)
    Client().get("/v2/direct_charge/livechat", headers=bearer(token))
    assert request_log.read_one().organization_id == stranger.organization_id


def test_what_looks_like_a_secret_is_left_out():
    token = "tok_0123456789abcdef0123456789"
    uuid = "00000000-0000-7000-8000-000000000000"
    assert mask_path(f"/v9/{token}/{uuid}", is_known=False, most=300) == f"/v9/…/{uuid}"
    assert mask_path(f"/v9/{'x' * 900}", is_known=True, most=300) == f"/v9/{'x' * 296}"
    said = f'"kim" is {token} of kim@buyer.example with {CARD}\0\ud800'
    assert mask_refusal(said, most=200) == '"…" is … of … with #?'


def test_who_reads_what_is_public_counts_as_a_stranger(settings, world, monkeypatch):
    """No token is asked for there, so an answer is no proof of one: nobody fills the log by asking."""
    settings.REQUEST_LOG_DAYS = 30
    kept = []
    monkeypatch.setattr(RECORDER, "add", lambda entry, *, is_stranger: kept.append(is_stranger))
    for path in ("/v3/day_roots", "/v3/signing_keys", "/v3/day_roots/"):
        Client().get(path)
    Client().get("/v2/direct_charge/livechat", headers=bearer(world.token()))
    assert kept == [True, True, True, False]
