"""The cache as the server uses it: JSON only, and a failure is a miss, never an error of a request."""

import json
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.utils.module_loading import import_string

PAUSE_SECONDS = 5.0
LONGEST_VALUE = 100_000

log = structlog.get_logger(__name__)


class JSONSerializer:
    """Values of Redis as JSON: reading one that somebody else wrote runs no code, unlike pickle."""

    def dumps(self, value: Any) -> bytes:
        """Return the value as JSON. Raises TypeError for what JSON has no form for."""
        return json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        """Return a value. Raises ValueError for what is not JSON of a sensible length."""
        if len(data) > LONGEST_VALUE:
            raise ValueError("too long for a value of this cache")
        return json.loads(data)


class ForgivingCache(BaseCache):
    """Passes each call to the shared cache; on a failure it uses the memory of this process.

    A throttle so counts by process while the shared cache is away. After a failure the shared cache is not
    asked for five seconds: a server that does not answer delays a few requests, not all of them. CACHES names
    the shared one as SHARED; LOCATION and OPTIONS are for it.
    """

    # Django makes a cache object for each thread; all of them know of a failure.
    _paused_until: dict[str, float] = {}

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._location = location
        self._build_shared = lambda: import_string(params["SHARED"])(location, params)
        self._own = LocMemCache("forgiving", {"OPTIONS": {"MAX_ENTRIES": 10_000}})

    @cached_property
    def _shared(self) -> Any:
        return self._build_shared()

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        """Keep a value unless there is one; say whether it was kept."""
        return bool(self._call(lambda cache: cache.add(key, value, timeout, version)))

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        """Return what is kept, or the default."""
        return self._call(lambda cache: cache.get(key, default, version))

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> None:
        """Keep a value."""
        self._call(lambda cache: cache.set(key, value, timeout, version))

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        """Keep what is kept for longer; say whether there was something."""
        return bool(self._call(lambda cache: cache.touch(key, timeout, version)))

    def delete(self, key: Any, version: Any = None) -> bool:
        """Forget a value; say whether there was one."""
        return bool(self._call(lambda cache: cache.delete(key, version)))

    def clear(self) -> None:
        """Forget everything, and ask the shared cache again."""
        self._own.clear()
        self._paused_until.pop(self._location, None)
        self._call(lambda cache: cache.clear())

    def close(self, **kwargs: Any) -> None:
        """Let go of connections at the end of a request."""
        self._call(lambda cache: cache.close(**kwargs))

    def _call(self, work: Callable[[Any], Any]) -> Any:
        if time.monotonic() < self._paused_until.get(self._location, 0.0):
            return work(self._own)
        try:
            return work(self._shared)
        except ValueError as error:  # The cache answers; what it holds is not ours.
            log.warning("the cache holds a foreign value", error=type(error).__name__)
            return work(self._own)
        except Exception as error:
            self._paused_until[self._location] = time.monotonic() + PAUSE_SECONDS
            log.warning("the cache failed", error=type(error).__name__)
            return work(self._own)
