"""Whatever a cache may do (expire, fail, be full, be cleared) leads to the slow path, never to an error."""

import os
import shutil
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache, caches
from django.core.cache.backends.base import BaseCache
from django.test import Client

from access.service_users import REMEMBERED_SECONDS
from billing_site import merchant_settings
from dialects.billy.company_views import RegistrationThrottle
from operations.factories import MerchantFactory, ServiceUserFactory
from tests.service_users import basic

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


@pytest.fixture
def files(settings, tmp_path):
    """The cache of a server without Redis."""
    settings.CACHES = merchant_settings.caches(redis_url="", folder=tmp_path / "cache")
    yield tmp_path / "cache"
    cache.clear()


@pytest.fixture(params=[BROKEN, BROKEN | {"SHARED": "tests.billing_site.test_caches.NoCache"}])
def _broken(settings, request):
    settings.CACHES = {"default": request.param}
    yield
    cache.clear()


def ask_for_plans():
    return Client(headers={"Authorization": basic()}).get(PLANS).status_code


def ask_for_a_company():
    return Client().post("/v1/companies", {"processor_key": "k"}, REMOTE_ADDR="192.0.2.7").status_code


def test_the_first_call_after_a_pause_is_answered(files, db):
    ServiceUserFactory(username="api-shop", merchants=[MerchantFactory()])
    assert ask_for_plans() == 200
    assert list(files.iterdir())
    with time_machine.travel(timedelta(seconds=REMEMBERED_SECONDS + 1)):
        assert ask_for_plans() == 200


def spoil(path):
    path.write_bytes(b"neither pickled nor compressed")


def cut_short(path):
    os.truncate(path, 12)


def make_unreadable(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [spoil, cut_short, make_unreadable, os.remove])
@pytest.mark.parametrize("ask", [ask_for_plans, lambda: Client().get("/docs/openapi.json").status_code])
def test_damaged_files_of_the_cache_are_as_good_as_none(files, db, damage, ask):
    ServiceUserFactory(username="api-shop", merchants=[MerchantFactory()])
    assert ask() == 200
    for path in files.iterdir():
        damage(path)
    assert [ask(), ask()] == [200, 200]


def test_a_folder_that_is_gone_is_no_more_than_a_miss(files, db):
    ServiceUserFactory(username="api-shop", merchants=[MerchantFactory()])
    assert ask_for_plans() == 200
    shutil.rmtree(files)
    files.write_text("a file where the folder was")
    assert [ask_for_plans(), ask_for_plans()] == [200, 200]
    files.unlink()


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
