"""Choices for settings of merchants and sellers, and the cache that counts requests by address."""

from typing import Any
from urllib.parse import urlsplit

CREATION = ("open", "local", "invitation", "closed")
SIGN_UP = ("open", "approval", "invitation", "closed")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")  # As in charges.requests.limits.
REDIS = "django.core.cache.backends.redis.RedisCache"
MEMORY = "django.core.cache.backends.locmem.LocMemCache"
FORGIVING = "billing_site.caches.ForgivingCache"


def is_local(base_url: str, *, host: str) -> bool:
    """Say whether only programs on this machine reach the server: its links and its socket are for them."""
    return urlsplit(base_url).hostname in LOCAL_HOSTS and host in LOCAL_HOSTS


def caches(*, redis_url: str) -> dict[str, Any]:
    """Return CACHES: requests are counted in Redis where there is one, else by each process.

    What a process has verified itself stays in its own memory, which no other program can write to.
    """
    verified = {"BACKEND": MEMORY, "LOCATION": "verified", "OPTIONS": {"MAX_ENTRIES": 10_000}}
    if not redis_url:
        return {"default": {"BACKEND": MEMORY, "OPTIONS": {"MAX_ENTRIES": 10_000}}, "verified": verified}
    options = {
        "serializer": "billing_site.caches.JSONSerializer",
        # A Redis that does not answer must not hold up a request for longer.
        "socket_connect_timeout": 0.5,
        "socket_timeout": 0.5,
    }
    shared = {"SHARED": REDIS, "LOCATION": redis_url, "KEY_PREFIX": "billing", "OPTIONS": options}
    return {"default": {"BACKEND": FORGIVING, **shared}, "verified": verified}
