"""Choices for settings of merchants, and the cache that counts requests by address."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CREATION = ("open", "invitation", "closed")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")  # As in charges.requests.limits.
REDIS = "django.core.cache.backends.redis.RedisCache"
FILES = "billing_site.caches.FileCache"
FORGIVING = "billing_site.caches.ForgivingCache"


def is_local(base_url: str) -> bool:
    """Say whether only programs on this machine reach the server."""
    return urlsplit(base_url).hostname in LOCAL_HOSTS


def caches(*, redis_url: str, folder: Path) -> dict[str, Any]:
    """Return CACHES: Redis where there is one, else files that the web processes share."""
    if redis_url:
        # A Redis that does not answer must not hold up a request for longer.
        patience = {"socket_connect_timeout": 1, "socket_timeout": 1}
        shared = {"SHARED": REDIS, "LOCATION": redis_url, "KEY_PREFIX": "billing", "OPTIONS": patience}
    else:
        shared = {"SHARED": FILES, "LOCATION": str(folder), "OPTIONS": {"MAX_ENTRIES": 10_000}}
    return {"default": {"BACKEND": FORGIVING, **shared}}
