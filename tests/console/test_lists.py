"""Lists of the console: what they show to whom, page by page and as a file."""

import csv
import io
from datetime import timedelta

import pytest

from console.lists import paging
from core import clock
from customers.models import Account
from events.models import Event
from operations.factories import ApplicationFactory
from request_log.entries import Entry, Owner
from request_log.write import write_entries
from tests.console.sellers import ODD_NAME, Seller
from tests.desk import log_in, text_of
from webhooks.fan_out import deliver_to
from webhooks.models import Delivery, Endpoint

pytestmark = pytest.mark.django_db
LISTS = ("charges", "subscriptions", "customers", "events", "deliveries", "requests")
PAGES = (*LISTS, "money")


def at(name, rest=""):
    return f"/console/{name}/{rest}"


def log_requests(seller, count=1, status=200, path="/v2/direct_charge/livechat", **fields):
    owner = Owner(seller.organization.pk, seller.app.pk)
    rest = {"refusal": "", "livemode": None, "created_at": clock.now()} | fields
    write_entries(
        [Entry(owner, "GET", path, status, f"{path}-{number}"[-64:], 12, **rest) for number in range(count)]
    )


def deliver_all(seller):
    """Make deliveries of all events, without sending them."""
    endpoint = Endpoint.objects.filter(application=seller.app).first() or make_endpoint(seller)
    told = Event.objects.filter(application_id=seller.app.pk)
    deliver_to(endpoint, list(told.exclude(pk__in=endpoint.deliveries.values("event"))))


def make_endpoint(seller):
    return Endpoint.objects.create(
        application=seller.app, url="https://seller.example/hook", sealed_secret=b"x"
    )


def fill(seller, count=1):
    for _ in range(count):
        seller.sell()
        seller.subscribe(stage="activated")
    deliver_all(seller)
    log_requests(seller, count)


@pytest.fixture
def seller():
    return Seller()


@pytest.fixture
def owner(seller):
    return log_in(seller.owner)


def read_file(browser, name, query=""):
    answer = browser.get(at(name, f"?format=csv{query}"))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))


@pytest.mark.parametrize("name", PAGES)
def test_an_empty_list_says_what_will_appear(owner, name):
    page = owner.get(at(name))
    assert page.status_code == 200
    assert "will" in text_of(page) or name == "money"


@pytest.mark.slow
@pytest.mark.parametrize("name", LISTS)
def test_a_list_shows_its_own_and_costs_the_same_for_many(
    seller, owner, name, django_assert_max_num_queries, django_assert_num_queries
):
    stranger = Seller("Stranger")
    fill(stranger)
    fill(seller)
    with django_assert_max_num_queries(16) as few:
        page = owner.get(at(name)).content.decode()
    count = len(few)
    assert "Stranger" not in page
    assert len(read_file(owner, name)) > 1
    fill(seller, 3)
    with django_assert_num_queries(count):
        assert len(owner.get(at(name)).context["lines"]) >= 4


def test_roles_see_what_is_theirs(seller):
    developer, billing = log_in(seller.member()), log_in(seller.member(has_billing_role=True))
    shown = {who: [n for n in PAGES if who.get(at(n)).status_code == 200] for who in (developer, billing)}
    assert shown[developer] == list(LISTS)
    assert shown[billing] == ["charges", "subscriptions", "customers", "events", "money"]
    assert log_in(seller.member(has_billing_role=False)).get(at("charges")).status_code == 403


@pytest.mark.slow
def test_what_is_of_others_is_like_what_does_not_exist(seller, owner):
    stranger = Seller("Stranger")
    fill(stranger)
    charge = stranger.sell()
    subscription = stranger.subscribe()
    delivery = Delivery.objects.filter(endpoint__application=stranger.app).first()
    endpoint, unknown = delivery.endpoint, "00000000-0000-7000-8000-000000000000"
    pairs = {
        at("charges", f"{charge.public_id}/"): at("charges", f"{unknown}/"),
        at("subscriptions", f"{subscription.public_id}/"): at("subscriptions", f"{unknown}/"),
        at("customers", f"{charge.buyer.public_id}/"): at("customers", f"{unknown}/"),
        at("events", f"{delivery.event.public_id}/"): at("events", f"evt_{'0' * 32}/"),
        at("deliveries", f"{delivery.pk}/"): at("deliveries", f"{2**62}/"),
        at("charges", f"?app={stranger.app.client_id}"): at("charges", "?app=nothing"),
        at("deliveries", f"?endpoint={delivery.endpoint.public_id}"): at(
            "deliveries", f"?endpoint={unknown}"
        ),
    }
    for theirs, nothing in pairs.items():
        first, second = owner.get(theirs), owner.get(nothing)
        assert (first.status_code, second.status_code) == (404, 404), theirs
        assert text_of(first) == text_of(second)
    forms = {
        at("charges", f"{charge.public_id}/refund/"): {"amount": "1", "reason": "x"},
        at("subscriptions", f"{subscription.public_id}/preview/"): {},
        at("deliveries", f"{delivery.pk}/resend/"): {},
        at("deliveries", "replay/"): {"endpoint": endpoint.public_id},
    }
    assert {owner.post(path, said).status_code for path, said in forms.items()} == {404}


@pytest.mark.slow
def test_charges_are_narrowed_by_status_application_mode_and_days(seller, owner):
    with clock.travel_to(clock.now() - timedelta(days=40)):
        old = seller.sell(accepted=True)
    new = seller.sell()
    seller.sell(test=True)
    seller.app = ApplicationFactory(organization=seller.organization)
    other = seller.sell(stage="pending")

    def ids(query):
        return [line.charge.public_id for line in owner.get(at("charges", query)).context["lines"]]

    today, long_ago = clock.now().date(), (clock.now() - timedelta(days=40)).date()
    assert ids("") == [other.public_id, new.public_id, old.public_id]
    assert ids("?status=accepted") == [old.public_id]
    assert ids(f"?app={seller.app.client_id}") == [other.public_id]
    assert ids(f"?since={today}") == [other.public_id, new.public_id]
    assert ids(f"?until={long_ago}") == [old.public_id]
    assert ids(f"?since={long_ago}&until={long_ago}&status=success") == []
    assert [row[1] for row in read_file(owner, "charges", "&status=success")[1:]] == [str(new.public_id)]
    owner.post("/console/mode/", {"mode": "test"})
    assert len(ids("")) == 1


@pytest.mark.parametrize("name", ["events", "subscriptions", "requests"])
def test_a_list_is_narrowed_to_one_application(seller, owner, name):
    apps = [seller.app, ApplicationFactory(organization=seller.organization)]
    for seller.app in apps:
        fill(seller)
    fill(Seller("Other Kites Ltd"))
    one, another = [{*map(tuple, read_file(owner, name, f"&app={app.client_id}")[1:])} for app in apps]
    assert len(one) == len(another) > 0
    assert not one & another


def test_pages_go_on_behind_the_last_row_and_through_rare_ones(seller, owner, monkeypatch):
    monkeypatch.setattr(paging, "SHOWN", 2)
    monkeypatch.setattr("console.lists.answer.SHOWN", 2)
    monkeypatch.setattr("console.lists.answer.CSV_PORTION", 2)
    monkeypatch.setattr(paging, "SCANNED", 3)
    rare = seller.sell(accepted=True)
    charges = [seller.sell(stage="pending") for _ in range(6)]
    for query, wanted in (("", [*reversed(charges), rare]), ("status=accepted", [rare])):
        seen, address = [], at("charges", f"?{query}")
        for _ in range(10):
            context = owner.get(address).context
            seen += [line.charge for line in context["lines"]]
            if not context["older"]:
                break
            address = at("charges", f"?{context['older']}")
        assert seen == wanted
        assert [row[1] for row in read_file(owner, "charges", f"&{query}")[1:]] == [
            str(charge.public_id) for charge in wanted
        ]
    assert "Look further back" in text_of(owner.get(at("charges", "?status=accepted")))


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_days_may_begin_with_1970_in_every_time_zone(seller, zone):
    charge = seller.sell()
    Account.objects.filter(pk=seller.owner.pk).update(time_zone=zone)
    page = log_in(seller.owner).get(at("charges", "?since=1970-01-01"))
    assert [line.charge for line in page.context["lines"]] == [charge]


@pytest.mark.parametrize(
    "query",
    [
        "status=nothing",
        "since=soon",
        "until=2027-02-30",
        "since=0001-01-01",
        "until=99999-01-01",
    ],
)
def test_nonsense_in_a_filter_is_named(owner, query):
    page = owner.get(at("charges", f"?{query}"))
    assert page.status_code == 400
    assert page.context["notice"].startswith(("Status", "From", "To"))


@pytest.mark.slow
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("place", ["x", "-1", "9" * 30, "1-2"])
def test_nonsense_for_a_place_is_unknown(owner, name, place):
    assert owner.get(at(name, f"?before={place}")).status_code == 404


def test_odd_names_are_shown_and_no_cell_is_a_formula(seller, owner):
    buyer = seller.caller().organization_id
    charge = seller.sell(name=ODD_NAME[:255].strip())
    charge.buyer.name = ODD_NAME[:255].strip()
    charge.buyer.save()
    seller.subscribe(stage="activated", name=ODD_NAME[:255].strip())
    assert buyer
    for name in ("charges", "subscriptions", "customers"):
        assert "😀" in owner.get(at(name)).content.decode()
        cells = [cell for row in read_file(owner, name) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]
        assert any(cell.startswith("'=HYPERLINK") for cell in cells)


def test_customers_show_what_they_paid_this_seller_alone(seller, owner):
    charge = seller.sell(price_minor=500)
    seller.sell(buyer=charge.buyer, price_minor=250)
    Seller("Stranger").sell(buyer=charge.buyer)
    seller.sell(stage="pending")
    [line] = owner.get(at("customers")).context["lines"]
    assert line.paid == ["$15.00"]
    page = text_of(owner.get(at("customers", f"{charge.buyer.public_id}/")))
    assert "$15.00" in page
    assert "Stranger" not in page


def test_requests_are_found_by_id_status_and_path(seller, owner):
    log_requests(seller, 2)
    log_requests(seller, status=422, path="/v2/a", refusal="price: must be a number", livemode=False)
    log_requests(seller, status=500, path="/v2/b", livemode=True)
    log_requests(Seller("Stranger"), path="/v2/secret")

    def statuses(query):
        return [line.request.status for line in owner.get(at("requests", query)).context["lines"]]

    assert statuses("") == [500, 200, 200]
    assert statuses("?id=/v2/a-0") == [422]
    assert statuses("?status=failed") == [500]
    assert statuses("?path=direct_charge&status=served") == [200, 200]
    assert statuses("?id=/v2/secret-0") == []
    owner.post("/console/mode/", {"mode": "test"})
    assert statuses("") == [422, 200, 200]
    assert "price: must be a number" in text_of(owner.get(at("requests")))
