"""Two companies that have one of everything: neither reaches anything of the other, on any path."""

import pytest

from charges.models import Charge
from core.billy_guids import read_guid
from customers.models import Customer, Merchant
from dialects.billy.urls import urlpatterns
from operations.factories import OrganizationFactory
from subscriptions.models import Plan, Subscription
from tests.dialects.billy.world import UNKNOWN, Company, call
from tests.module_rows import rows_of_module

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

OPEN = {(method, "companies") for method in ("GET", "HEAD", "POST")}
PREFIXES = {
    "companies": "CP", "customers": "CU", "plans": "PL", "subscriptions": "SU", "transactions": "TX",
    "invoices": "IV",
}  # fmt: skip


def list_routes():
    """Every (method, path) that the dialect answers, without /v1/."""
    for pattern in urlpatterns[:-1]:
        place = pattern.pattern._route.removeprefix("v1/").replace("<str:guid>", "{guid}")
        if place.endswith("/"):
            continue  # The same list once more.
        for method in set(pattern.callback.actions) - {"head"}:
            yield method.upper(), place
            if method == "get":
                yield "HEAD", place


ROUTES = sorted(list_routes())


class Furnished(Company):
    """A company with one of everything."""

    def __init__(self) -> None:
        super().__init__()
        customer, plan = self.customer(), self.plan()
        subscription = self.subscription(customer, plan)
        self.guids = {
            "companies": self.guid,
            "customers": customer["guid"],
            "plans": plan["guid"],
            "subscriptions": subscription["guid"],
            "transactions": self.transactions(subscription)[0]["guid"],
            "invoices": self.items("invoices")[0]["guid"],
        }


@pytest.fixture(scope="module")
def pair(request):
    """Two companies that have the same."""
    with rows_of_module(request, lambda: (Furnished(), Furnished())) as companies:
        yield companies


def noun(place):
    return place.partition("/")[0]


def snapshot():
    return [list(model.objects.order_by("pk").values()) for model in (Customer, Plan, Subscription, Charge)]


def test_every_kind_of_record_has_a_row():
    assert {noun(place) for _, place in ROUTES} == set(PREFIXES)
    assert len(ROUTES) == 29 + 22  # All methods, and HEAD wherever there is GET.


@pytest.mark.parametrize(("method", "place"), [r for r in ROUTES if "{guid}" in r[1]])
def test_a_record_is_its_own_companys_and_nobody_elses(pair, method, place):
    mine, theirs = pair
    before = snapshot()
    foreign = call(method, "/v1/" + place.format(guid=theirs.guids[noun(place)]), mine.key)
    assert foreign.status_code == 403
    unknown = call(method, "/v1/" + place.format(guid=UNKNOWN[PREFIXES[noun(place)]]), mine.key)
    assert unknown.status_code == 404
    for other_noun, guid in mine.guids.items():
        if other_noun != noun(place):
            assert call(method, "/v1/" + place.format(guid=guid), mine.key).status_code == 404
    assert snapshot() == before
    assert call(method, "/v1/" + place.format(guid=mine.guids[noun(place)]), mine.key).status_code == 200


@pytest.mark.parametrize("key", [None, "", "BAD_API_KEY"])
def test_without_a_good_key_there_is_nothing_to_see(pair, key):
    company, _ = pair
    before = snapshot()
    for method, place in ROUTES:
        guids = (company.guids[noun(place)], UNKNOWN[PREFIXES[noun(place)]], "x")
        for guid in guids if (method, place) not in OPEN else ():
            assert call(method, "/v1/" + place.format(guid=guid), key).status_code == 403, (method, place)
    assert snapshot() == before


def test_lists_are_disjoint(pair):
    one, another = pair
    places = [place for method, place in ROUTES if method == "GET" and not place.endswith("/{guid}")]
    for place in set(places) - {"companies"}:
        pages = [
            {row["guid"] for row in company.items(place.format(guid=company.guids[noun(place)]))}
            for company in (one, another)
        ]
        assert all(len(page) == 1 for page in pages), place
        assert not pages[0] & pages[1], place


def test_a_second_merchant_of_the_same_organisation_is_another_company(pair):
    one, another = pair
    organization_id = Plan.objects.earliest("pk").merchant.organization_id
    Merchant.objects.update(organization_id=organization_id)
    for place in ("subscriptions", "transactions", "invoices", "plans", "customers"):
        pages = [{row["guid"] for row in company.items(place)} for company in (one, another)]
        assert not pages[0] & pages[1]
        assert all(len(page) <= 1 for page in pages)


def test_what_was_collected_for_another_organisation_is_not_listed(pair):
    mine, _ = pair
    Merchant.objects.filter(public_id=read_guid(mine.guid, "CP")).update(organization=OrganizationFactory())
    for place in ("subscriptions", "transactions", "invoices", f"plans/{mine.guids['plans']}/transactions"):
        assert mine.items(place) == [], place


def test_a_customer_of_another_company_is_not_listed_for_a_plan(pair):
    mine, theirs = pair
    other = Merchant.objects.get(public_id=read_guid(theirs.guid, "CP"))
    Customer.objects.filter(public_id=read_guid(mine.guids["customers"], "CU")).update(merchant=other)
    assert mine.items(f"plans/{mine.guids['plans']}/customers") == []
