"""Which object a request made or changed is read off its path or its answer."""

from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from billing_site.request_objects import find_object
from core.billy_guids import SUBSCRIPTION, write_guid

pytestmark = pytest.mark.rules
ONE, OTHER = UUID("00000000-0000-7000-8000-000000000001"), UUID("00000000-0000-7000-8000-000000000002")
GUID = write_guid(SUBSCRIPTION, ONE)
# A form is checked, and a rate or a size refused, before it is known whose the object is.
REFUSED = (302, 400, 401, 404, 409, 413, 422, 429, 500)
MADE = f'{{"name": "A", "order_client_id": "x", "id": "{ONE}", "test": true}}'


@pytest.mark.parametrize(
    ("method", "path", "status", "body", "found"),
    [
        ("POST", "/v2/direct_charge/livechat", 201, MADE, ONE),
        ("POST", "/v1/subscriptions", 200, f'{{"guid":"{GUID}"}}', ONE),
        ("PUT", f"/v2/direct_charge/livechat/{OTHER}/activate", 200, MADE, OTHER),
        ("PUT", f"/v2/direct_charge/livechat/{OTHER}", 204, "", OTHER),
        ("POST", f"/v1/subscriptions/{GUID}/cancel", 200, "{}", ONE),
        *(("PUT", f"/v2/direct_charge/livechat/{OTHER}", refused, MADE, None) for refused in REFUSED),
        ("GET", f"/v2/direct_charge/livechat/{ONE}", 200, MADE, None),
        ("POST", f"/v1/subscriptions/{GUID}/cancel", 403, "", None),
        ("POST", "/v1/subscriptions", 200, f'{{"items": [{MADE}]}}', None),
        ("POST", "/v1/subscriptions/SUzzzzzzzzzzzzzzzzzzzzzz/cancel", 400, "", None),
        ("POST", "/v1/customers", 200, '{"guid":"CU0000000000000000000"}', None),
        ("POST", "/oauth/token", 200, '{"access_token": "' + "x" * 40 + '"}', None),
        ("POST", "/api/v01/accounts/1", 200, "<subscription><id>7</id></subscription>", None),
    ],
)
def test_the_object_is_named_by_the_path_or_else_by_the_answer(method, path, status, body, found):
    request = RequestFactory().generic(method, path)
    assert find_object(request, HttpResponse(body, status=status)) == found
