"""Redis gone, silent, full or hostile: every door answers as if there were no cache, and soon."""

import json
import pickle
import shutil
import socket
import subprocess
import time
from contextlib import closing, contextmanager
from threading import Event, Thread

import pytest
import redis
from django.core.cache import cache
from django.test import Client

from billing_site import merchant_settings
from billing_site.caches import PAUSE_SECONDS, ForgivingCache, JSONSerializer
from customers.models import ServiceUser
from operations.factories import MerchantFactory, ServiceUserFactory
from tests.service_users import basic

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
needs_redis = pytest.mark.skipif(not shutil.which("redis-server"), reason="no redis-server on this machine")

DOORS = (
    "/api/v01/plans",
    "/v1/companies",
    "/docs/openapi.json",
    "/docs/unibill/openapi.json",
    "/v2/direct_charge/livechat",
    "/login/",
    "/admin/login/",
    "/",
    "/oauth/authorize/",
)
OPENED = []


def run_code():
    """What a pickle of an attacker would call."""
    OPENED.append(True)


class Attack:
    def __reduce__(self):
        return run_code, ()


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def a_redis(*options):
    port = free_port()
    command = ["redis-server", "--port", str(port), "--save", "", "--bind", "127.0.0.1", *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    client = redis.Redis(port=port)
    try:
        wait_for(client)
        yield port, client
    finally:
        client.close()
        process.terminate()
        process.wait(10)


def wait_for(client) -> None:
    for _ in range(100):
        try:
            client.ping()
        except redis.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("redis-server did not start")


@contextmanager
def a_silent_server():
    """Takes connections and never says a word."""
    stop = Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        server.settimeout(0.1)

        def accept():
            kept = []
            while not stop.is_set():
                try:
                    kept.append(server.accept()[0])
                except TimeoutError:
                    continue
            for connection in kept:
                connection.close()

        thread = Thread(target=accept)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            stop.set()
            thread.join()


@pytest.fixture
def use_redis(settings):
    def use(port: int) -> None:
        settings.CACHES = merchant_settings.caches(redis_url=f"redis://127.0.0.1:{port}/0")
        settings.COMPANY_CREATION = "open"
        ForgivingCache._paused_until.clear()

    yield use
    ForgivingCache._paused_until.clear()
    cache._own.clear()


def knock_everywhere() -> dict[str, int]:
    if not ServiceUser.objects.exists():
        ServiceUserFactory(username="api-shop", merchants=[MerchantFactory()])
    caller = {"Authorization": basic()}
    statuses = {
        path: Client(headers=caller if path.startswith("/api") else {}).get(path).status_code
        for path in DOORS
    }
    return statuses | {"register": Client().post("/v1/companies", {"processor_key": "k"}).status_code}


def expected() -> dict[str, int]:
    return dict(zip(DOORS, (200, 200, 200, 200, 401, 200, 200, 200, 400), strict=True)) | {"register": 200}


def test_without_trouble_the_doors_answer():
    assert knock_everywhere() == expected()


def test_a_redis_that_is_gone_is_not_noticed(use_redis):
    use_redis(free_port())
    assert knock_everywhere() == expected()


def test_a_redis_that_never_answers_delays_one_request_and_not_all(use_redis):
    with a_silent_server() as port:
        use_redis(port)
        knock_everywhere()  # What is built once a process is built now.
        ForgivingCache._paused_until.clear()
        started = time.monotonic()
        assert cache.get("anything") is None
        first = time.monotonic() - started
        assert knock_everywhere() == expected()
        rounds = time.monotonic() - started - first
    assert first < 1.5 < PAUSE_SECONDS
    assert rounds < PAUSE_SECONDS


@needs_redis
def test_a_redis_that_is_full_counts_in_the_process(use_redis, settings):
    settings.COMPANY_CREATION_RATE = "2/hour"
    with a_redis("--maxmemory", "100kb", "--maxmemory-policy", "noeviction") as (port, _):
        use_redis(port)
        answers = [Client().post("/v1/companies", {"processor_key": "k"}).status_code for _ in range(3)]
        assert answers == [200, 200, 429]
        assert knock_everywhere() == expected() | {"register": 429}


HOSTILE = {
    "a pickle that runs code": pickle.dumps(Attack()),
    "words": json.dumps("words").encode(),
    "an object": json.dumps({"0": 1}).encode(),
    "nested lists": b"[" * 50_000,
    "times to come": json.dumps([9e15, 9e15]).encode(),
    "strings for times": json.dumps(["1", "2"]).encode(),
    "not a number": b"[NaN, Infinity]",
    "true": b"true",
    "bytes": bytes(range(256)),
    "a megabyte": json.dumps([1.0] * 250_000).encode(),
}


@needs_redis
@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_a_redis_full_of_foreign_values_is_not_believed(use_redis, settings, value):
    settings.COMPANY_CREATION_RATE = "2/hour"
    with a_redis() as (port, client):
        use_redis(port)
        Client().post("/v1/companies", {"processor_key": "k"})
        keys = client.keys()
        assert len(keys) == 1
        client.set(keys[0], value)
        answers = [Client().post("/v1/companies", {"processor_key": "k"}).status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert OPENED == []


@needs_redis
def test_a_redis_with_values_of_other_types_is_not_believed(use_redis):
    with a_redis() as (port, client):
        use_redis(port)
        Client().post("/v1/companies", {"processor_key": "k"})
        (key,) = client.keys()
        client.delete(key)
        client.hset(key, "a", "b")
        assert Client().post("/v1/companies", {"processor_key": "k"}).status_code == 200


@needs_redis
def test_a_redis_that_comes_back_is_used_again(use_redis, monkeypatch):
    with a_redis() as (port, client):
        use_redis(port)
        ForgivingCache._paused_until[f"redis://127.0.0.1:{port}/0"] = time.monotonic() + 0.2
        cache.set("a", 1)
        assert client.keys() == []
        time.sleep(0.3)
        cache.set("a", 2)
        assert (client.keys(), cache.get("a")) == ([b"billing:1:a"], 2)


def test_what_stands_in_redis_is_json():
    serializer = JSONSerializer()
    assert serializer.dumps([1.5, 2.5]) == b"[1.5, 2.5]"
    assert serializer.loads(serializer.dumps(7)) == 7
    with pytest.raises(TypeError):
        serializer.dumps(Attack())
