"""Whatever a cache may do (expire, fail, be full, be cleared) leads to the slow path, never to an error."""

from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache, caches
from django.core.cache.backends.base import BaseCache
from django.test import Client

from access.api_keys import issue_api_key
from access.service_users import REMEMBERED_SECONDS, VERIFIED
from billing_site import merchant_settings
from dialects.billy.company_views import RegistrationThrottle
from operations.factories import AccountFactory, ApplicationFactory, MerchantFactory, ServiceUserFactory
from tests.service_users import basic
from tests.tokens import issue_test_token

PLANS = "/api/v01/plans"
BROKEN = {"BACKEND": merchant_settings.FORGIVING, "SHARED": "tests.billing_site.test_caches.BrokenCache"}


class BrokenCache(BaseCache):
    """Cannot even be asked."""

    def __init__(self, location, params):
        super().__init__(params)

    def _fail(self, *args, **kwargs):
        raise ConnectionError("the cache is away")

    add = get = set = touch = delete = clear = close = _fail


class NoCache(BrokenCache):
    """Cannot even be made, as when the folder cannot be."""

    def __init__(self, location, params):
        raise PermissionError(location)


@pytest.fixture(params=[BROKEN, BROKEN | {"SHARED": "tests.billing_site.test_caches.NoCache"}])
def _broken(settings, request):
    settings.CACHES = settings.CACHES | {"default": request.param}
    settings.COMPANY_CREATION = "open"
    yield
    cache.clear()


def ask_for_plans():
    return Client(headers={"Authorization": basic()}).get(PLANS).status_code


def ask_for_a_company():
    return Client().post("/v1/companies", {"processor_key": "k"}, REMOTE_ADDR="192.0.2.7").status_code


def test_the_first_call_of_each_dialect_after_eleven_idle_minutes_is_answered(db):
    merchant = MerchantFactory()
    ServiceUserFactory(username="api-shop", merchants=[merchant])
    bearer = issue_test_token(AccountFactory(), ApplicationFactory())
    callers = {
        PLANS: basic(),
        "/v1/plans": basic(issue_api_key(merchant), ""),
        "/v2/direct_charge/livechat": f"Bearer {bearer}",
        "/docs/openapi.json": "",
        "/login/": "",
    }
    for later in (timedelta(), timedelta(minutes=11)):
        assert later == timedelta() or later.total_seconds() > REMEMBERED_SECONDS
        with time_machine.travel(later):
            for path, authorization in callers.items():
                assert Client(headers={"Authorization": authorization}).get(path).status_code == 200, path


def test_what_a_process_has_verified_is_in_no_cache_that_another_program_can_write_to():
    for redis_url in ("", "redis://127.0.0.1:9/0"):
        verified = merchant_settings.caches(redis_url=redis_url)[VERIFIED]
        assert verified["BACKEND"] == merchant_settings.MEMORY


@pytest.mark.usefixtures("_broken")
@pytest.mark.parametrize("path", [PLANS, "/docs/openapi.json", "/docs/unibill/openapi.json", "/login/"])
def test_a_cache_that_raises_on_every_call_is_not_noticed(db, path):
    ServiceUserFactory(username="api-shop", merchants=[MerchantFactory()])
    answers = [Client(headers={"Authorization": basic()}).get(path).status_code for _ in range(2)]
    assert answers == [200, 200]


@pytest.mark.usefixtures("_broken")
def test_a_throttle_without_its_cache_counts_in_its_own_process(settings, db):
    settings.COMPANY_CREATION_RATE = "2/hour"
    assert [ask_for_a_company() for _ in range(3)] == [200, 200, 429]


@pytest.mark.usefixtures("_broken")
def test_every_method_of_a_cache_that_fails_has_an_answer():
    assert (cache.get("a"), cache.touch("a"), cache.delete("a"), cache.has_key("a")) == (
        None,
        False,
        False,
        False,
    )
    assert (cache.add("a", 1), cache.add("a", 2), cache.get_or_set("a", 3), cache.incr("a")) == (
        True,
        False,
        1,
        2,
    )
    assert (cache.set_many({"b": 1}), cache.get_many(["a", "b", "c"])) == ([], {"a": 2, "b": 1})
    caches.close_all()


def test_a_throttle_uses_the_cache_of_the_settings(settings):
    assert RegistrationThrottle.cache is cache
