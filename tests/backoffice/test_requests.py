"""Staff find a request by its X-Request-ID."""

import pytest
from django.urls import reverse

from core import clock
from operations.factories import ApplicationFactory
from request_log.entries import STRANGER, Entry, Owner
from request_log.models import LoggedRequest
from request_log.write import write_entries

pytestmark = pytest.mark.django_db
LIST = reverse("admin:request_log_loggedrequest_changelist")


def entry(request_id, caller=STRANGER, status=200):
    return Entry(caller, "GET", "/v2/<b>", status, request_id, 12, "Not so.", None, clock.now())


def test_a_request_is_found_by_its_id_and_shows_who_asked(staff, django_assert_max_num_queries):
    app = ApplicationFactory(name="Chat <b> 😀")
    write_entries([entry("one", Owner(app.organization_id, app.pk), 422), entry("two")])
    with django_assert_max_num_queries(8):
        page = staff.get(LIST, {"q": "one"}).content.decode()
    assert "one" in page
    assert "12 ms" in page
    assert "/v2/<b>" not in page
    assert "two" in staff.get(LIST).content.decode()
    row = LoggedRequest.objects.get(request_id="one")
    page = staff.get(reverse("admin:request_log_loggedrequest_change", args=[row.pk])).content.decode()
    assert "Chat &lt;b&gt; 😀" in page
    assert "Not so." in page
