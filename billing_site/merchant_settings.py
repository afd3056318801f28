"""Settings of merchants, read from the environment; a wrong value stops the start by its name."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

CREATION = ("open", "invitation", "closed")
LOCAL_HOSTS = (
    "localhost",
    "127.0.0.1",
    "::1",
)  # As in charges.requests.limits, not importable here.
RATE = re.compile(r"[1-9][0-9]{0,8}/(second|minute|hour|day)")
REDIS = "django.core.cache.backends.redis.RedisCache"
FILES = "django.core.cache.backends.filebased.FileBasedCache"


def is_local(base_url: str) -> bool:
    """Say whether only programs on this machine reach the server."""
    return urlsplit(base_url).hostname in LOCAL_HOSTS


def read_choice(env: Any, name: str, *, default: str, choices: Sequence[str]) -> str:
    """Return one of these words."""
    value = str(env.str(name, default=default))
    return value if value in choices else refuse(name, f"one of {', '.join(choices)}")


def read_number(env: Any, name: str, *, default: int, maximum: int) -> int:
    """Return an integer from 0 to a maximum."""
    text = str(env.str(name, default=str(default)))
    if re.fullmatch("[0-9]{1,18}", text) and int(text) <= maximum:
        return int(text)
    return int(refuse(name, f"a number from 0 to {maximum}"))


def read_rate(env: Any, name: str, *, default: str) -> str:
    """Return how often something may be done, such as 10/hour."""
    value = str(env.str(name, default=default))
    return value if RATE.fullmatch(value) else refuse(name, "a number and a unit of time, such as 10/hour")


def refuse(name: str, wanted: str) -> str:
    """Stop the start. Raises ImproperlyConfigured."""
    raise ImproperlyConfigured(f"{name} must be {wanted}.")


def caches(*, redis_url: str, folder: Path) -> dict[str, Any]:
    """Return CACHES: Redis where there is one, else files that the web processes share."""
    if redis_url:
        return {"default": {"BACKEND": REDIS, "LOCATION": redis_url, "KEY_PREFIX": "billing"}}
    return {"default": {"BACKEND": FILES, "LOCATION": str(folder), "OPTIONS": {"MAX_ENTRIES": 10_000}}}
