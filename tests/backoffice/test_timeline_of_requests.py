"""A timeline tells the API calls that made or changed what it is about."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from backoffice.timeline.reading import MOST, MOST_CALLS
from charges.models import Charge
from operations.factories import UserFactory
from request_log.models import LoggedRequest
from tests.backoffice.timelines import details
from tests.dialects.text.world import World
from tests.request_log.conftest import request_log as request_log

pytestmark = pytest.mark.django_db
PATH = "/v2/direct_charge/livechat"


@pytest.fixture
def world():
    return World()


def call(world, method, path, **sent):
    headers = {"Authorization": f"Bearer {world.token()}", "X-Request-ID": f"{method}-1"}
    return getattr(Client(), method)(path, sent or None, "application/json", headers=headers)


def create(world):
    terms = {"name": "A", "price": 100, "quantity": 1, "return_url": "https://seller.example/back"}
    return call(world, "post", f"{PATH}?key=secret", **terms, test=True)


def test_the_call_that_made_a_charge_and_the_one_that_changed_it_are_told(staff, request_log, world):
    made = create(world).json()
    path = f"{PATH}/{made['id']}"
    call(world, "put", f"{path}/decline")
    call(world, "get", path)
    request_log.read()
    charge = Charge.objects.get(public_id=made["id"])
    for subject in (charge, charge.buyer, charge.payee):
        found = details(staff, subject)
        by = f"by {charge.order_application.name} · X-Request-ID"
        assert found[f"API call POST {PATH}: 201"] == [f"{by} post-1"]
        assert found[f"API call PUT {path}/decline: 200"] == [f"{by} put-1"]
        assert not [line for line in found if "GET" in line or "secret" in line]


def test_a_refused_call_is_not_told_whoever_made_it(staff, request_log, world):
    charge = Charge.objects.get(public_id=create(world).json()["id"])
    path = f"{PATH}/{charge.public_id}"
    stranger = {"Authorization": f"Bearer {world.token(app=world.other_app)}"}
    answers = [
        call(world, "put", f"{path}/activate"),
        Client().put(f"{path}/activate"),
        Client().post(f"{path}/refunds", {"amount": -1}, "application/json", headers=stranger),
    ]
    assert all(400 <= answer.status_code < 500 for answer in answers)
    request_log.read()
    for subject in (charge, charge.buyer, charge.payee):
        found = details(staff, subject)
        assert [line for line in found if line.startswith("API call")] == [f"API call POST {PATH}: 201"]


def test_calls_that_are_repeated_do_not_push_out_what_else_happened(staff, world):
    charge = Charge.objects.get(public_id=create(world).json()["id"])
    repeated = {"method": "PUT", "path": PATH, "status": 200, "duration_ms": 1, "object_id": charge.public_id}
    LoggedRequest.objects.bulk_create(
        LoggedRequest(request_id=f"again-{number}", **repeated) for number in range(2 * MOST)
    )
    for subject in (charge, charge.buyer, charge.payee):
        found = details(staff, subject)
        calls = found.pop(f"API call PUT {PATH}: 200")
        newest = range(2 * MOST - 1, 2 * MOST - 1 - MOST_CALLS, -1)
        assert calls == [f"X-Request-ID again-{number}" for number in newest]
        assert found


def test_only_who_may_see_requests_reads_them(request_log, world):
    made = create(world).json()
    request_log.read()
    person = UserFactory(staff=True)
    browser = Client()
    browser.force_login(person)
    charge = Charge.objects.get(public_id=made["id"])
    person.user_permissions.add(*Permission.objects.filter(codename="view_charge"))
    assert f"API call POST {PATH}: 201" not in details(browser, charge)
    person.user_permissions.add(*Permission.objects.filter(codename="view_loggedrequest"))
    assert f"API call POST {PATH}: 201" in details(browser, charge)
