"""The metadata of the OAuth server (RFC 8414) say what the server does."""

import pytest
from django.conf import settings
from django.test import Client
from oauthlib.oauth2 import WebApplicationServer

from access.oauth.settings import SCOPES

PATH = "/.well-known/oauth-authorization-server"


@pytest.fixture
def metadata():
    return Client().get(PATH).json()


def test_they_are_for_everybody_and_for_pages_of_other_sites():
    response = Client().get(PATH)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert Client().post(PATH).status_code == 405


def test_the_issuer_is_the_one_in_answers(metadata):
    assert metadata["issuer"] == settings.BASE_URL == settings.OAUTH2_PROVIDER["OIDC_ISS_ENDPOINT"]
    assert metadata["authorization_response_iss_parameter_supported"] is True


def test_every_endpoint_is_there(metadata, db):
    endpoints = {name: url for name, url in metadata.items() if name.endswith("_endpoint")}
    assert len(endpoints) == 4
    for name, url in endpoints.items():
        path = url.removeprefix(settings.BASE_URL)
        response = Client().get(path)
        assert response.status_code == (400 if name == "authorization_endpoint" else 405), name


def test_it_offers_what_the_server_grants_and_no_more(metadata):
    server = WebApplicationServer(None)
    assert metadata["response_types_supported"] == sorted({*server.response_types} - {"none"}) == ["code"]
    assert set(metadata["grant_types_supported"]) == {*server.grant_types}
    assert metadata["scopes_supported"] == [*SCOPES]
    assert metadata["code_challenge_methods_supported"] == ["S256"]


def test_what_describes_it_for_people_is_there(metadata):
    path = metadata["service_documentation"].removeprefix(settings.BASE_URL)
    assert Client().get(path).status_code == 200


def test_there_is_no_openid_connect():
    assert Client().get("/.well-known/openid-configuration").status_code == 404
