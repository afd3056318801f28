"""The cache as the server uses it: whatever fails in it is a miss, never an error of a request."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.utils.module_loading import import_string

log = structlog.get_logger(__name__)


class ForgivingCache(BaseCache):
    """Passes each call to the cache that all processes share; what fails there is done in own memory.

    So a throttle still counts, by process, while the shared cache is away. CACHES names the shared one
    as SHARED; LOCATION and OPTIONS are for it.
    """

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
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
        """Forget everything."""
        self._own.clear()
        self._call(lambda cache: cache.clear())

    def close(self, **kwargs: Any) -> None:
        """Let go of connections at the end of a request."""
        self._call(lambda cache: cache.close(**kwargs))

    def _call(self, work: Callable[[Any], Any]) -> Any:
        try:
            return work(self._shared)
        except Exception as error:
            log.warning("the cache failed", error=type(error).__name__)
            return work(self._own)


class FileCache(FileBasedCache):
    """Django's cache in files, without its failure to touch what has expired."""

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        """Keep what is kept for longer; Django's own method unlocks an expired file after closing it."""
        return self.has_key(key, version) and super().touch(key, timeout, version)
