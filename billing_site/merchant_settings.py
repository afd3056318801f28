"""Choices for settings of merchants, and the cache that counts requests by address."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CREATION = ("open", "invitation", "closed")
LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")  # As in charges.requests.limits.
REDIS = "django.core.cache.backends.redis.RedisCache"
FILES = "django.core.cache.backends.filebased.FileBasedCache"


def is_local(base_url: str) -> bool:
    """Say whether only programs on this machine reach the server."""
    return urlsplit(base_url).hostname in LOCAL_HOSTS


def caches(*, redis_url: str, folder: Path) -> dict[str, Any]:
    """Return CACHES: Redis where there is one, else files that the web processes share."""
    if redis_url:
        return {"default": {"BACKEND": REDIS, "LOCATION": redis_url, "KEY_PREFIX": "billing"}}
    return {"default": {"BACKEND": FILES, "LOCATION": str(folder), "OPTIONS": {"MAX_ENTRIES": 10_000}}}
