"""Reads where traces are sent to; whether the packages for it are there is looked at only then."""

from importlib.util import find_spec
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from billing_site.settings_readers import Environment, refuse

ADDRESS = "the address of a collector such as http://127.0.0.1:4318, without a password"
MISSING = "{} needs the packages of the extra `traces`, as in requirements-production.txt; {} is missing."
PACKAGES = (
    "opentelemetry.sdk",
    "opentelemetry.exporter.otlp.proto.http",
    *(f"opentelemetry.instrumentation.{name}" for name in ("celery", "django", "psycopg", "requests")),
    "opentelemetry.instrumentation.threading",
)


def read_collector(env: Environment, name: str) -> str:
    """Return where a collector takes OTLP over HTTP, empty when it is not set.

    Raises ImproperlyConfigured for what is no address, and without the packages.
    """
    url = env.read_word(name)
    if not url:
        return ""
    if not _is_address(url):
        refuse(name, ADDRESS, "" if "@" in url else url)
    for package in PACKAGES:
        if not _is_installed(package):
            raise ImproperlyConfigured(MISSING.format(name, package))
    return url


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    is_bare = "@" not in parts.netloc and not parts.query and not parts.fragment
    return is_whole and is_bare and parts.scheme in ("http", "https")


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:
        return False
