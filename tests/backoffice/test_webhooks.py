"""Staff see how webhooks go, and repair."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from core import clock
from operations.factories import ApplicationFactory, UserFactory
from webhooks.endpoints import create_endpoint
from webhooks.models import Delivery, Endpoint, Sending
from webhooks.repair import send_test_event

pytestmark = pytest.mark.django_db
NASTY = "<script>alert(1)</script>"


@pytest.fixture
def endpoint():
    return create_endpoint(
        application_id=ApplicationFactory().pk, url="https://seller.example/hooks"
    ).endpoint


@pytest.fixture
def delivery(endpoint):
    made = send_test_event(endpoint.pk)
    Sending.objects.create(
        delivery=made, number=1, sent_at=clock.now(), latency_ms=87, status_code=500, answer=NASTY
    )
    return made


def address(row, page="change"):
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}"
    return reverse(name, args=[] if page == "changelist" else [row.pk])


def read(staff, path):
    answer = staff.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def act(staff, row, name, **said):
    return staff.post(f"{address(row).removesuffix('change/')}{name}/", {"reason": "Asked to"} | said)


def test_a_delivery_shows_each_request_with_its_latency_and_the_beginning_of_the_answer(staff, delivery):
    page = read(staff, address(delivery))
    assert "87" in page
    assert "500" in page
    assert "&lt;script&gt;" in page
    assert NASTY not in page
    assert "500, 87 ms" in read(staff, address(delivery, "changelist"))


def test_an_event_leads_to_its_deliveries(staff, delivery):
    page = read(staff, address(delivery.event))
    assert delivery.event.public_id in page
    assert f"event__id__exact={delivery.event_id}" in page
    assert "evt_" in read(
        staff, f"{reverse('admin:webhooks_delivery_changelist')}?event__id__exact={delivery.event_id}"
    )


@pytest.mark.parametrize("model", ["events_event", "webhooks_delivery"])
def test_both_are_found_by_the_id_that_the_seller_knows(staff, delivery, model):
    send_test_event(delivery.endpoint_id)
    page = read(staff, f"{reverse(f'admin:{model}_changelist')}?q={delivery.event.public_id}")
    assert delivery.event.public_id in page or str(delivery.event) in page
    assert page.count("/change/") <= 4


def test_the_secret_is_nowhere_on_the_page(staff, endpoint):
    page = read(staff, address(endpoint))
    assert "whsec_" not in page
    assert bytes(endpoint.sealed_secret).decode() not in page


def test_failing_endpoints_are_on_the_first_page(staff, endpoint):
    assert "Webhook endpoints that fail" in read(staff, "/admin/")
    Endpoint.objects.update(failing_since=clock.now())
    lists = address(endpoint, "changelist")
    assert endpoint.url in read(staff, f"{lists}?look=failing")
    assert endpoint.url not in read(staff, f"{lists}?look=off")


def test_a_test_event_is_sent(staff, endpoint):
    assert act(staff, endpoint, "test").status_code == 302
    assert Delivery.objects.get().event.type == "endpoint.tested"
    assert "Asked to" in LogEntry.objects.latest("pk").change_message


def test_an_endpoint_is_switched_off_and_on(staff, endpoint):
    act(staff, endpoint, "off")
    endpoint.refresh_from_db()
    assert endpoint.disabled_reason == "asked"
    act(staff, endpoint, "on")
    endpoint.refresh_from_db()
    assert endpoint.disabled_at is None


def test_one_delivery_is_replayed(staff, delivery):
    Delivery.objects.update(due_at=None, delivered_at=clock.now())
    act(staff, delivery, "replay")
    delivery.refresh_from_db()
    assert delivery.delivered_at is None
    assert delivery.due_at


def test_a_range_is_replayed(staff, endpoint, delivery):
    Delivery.objects.update(due_at=None, dead_at=clock.now())
    day = timedelta(days=1)
    since, until = (f"{clock.now() + move:%Y-%m-%d %H:%M}" for move in (-day, day))
    assert act(staff, endpoint, "replay", since=until, until=since).status_code == 200
    assert act(staff, endpoint, "replay", since=since, until=until, only_failed="on").status_code == 302
    assert Delivery.objects.get().dead_at is None


def test_the_buttons_take_a_permission(db, endpoint):
    user = UserFactory(staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=["view_endpoint", "view_delivery"]))
    looker = Client()
    looker.force_login(user)
    assert endpoint.url in read(looker, address(endpoint))
    for name in ("test", "off", "on", "replay"):
        assert act(looker, endpoint, name).status_code == 403
    assert not Delivery.objects.exists()
