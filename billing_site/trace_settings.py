"""Reads where traces are sent to and how many; whether their packages are there is looked at only then."""

import re
from importlib.util import find_spec
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from billing_site.settings_readers import Environment, refuse

ADDRESS = "the address of a collector such as http://127.0.0.1:4318, without a password"
MISSING = "{} needs the packages of the extra `traces`, as in requirements-production.txt; {} is missing."
SAMPLERS = (
    *("always_on", "always_off", "traceidratio"),
    *("parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"),
)
SHARE = r"0(\.[0-9]{1,9})?|1(\.0{1,9})?"
HEADERS = "headers such as api-key=abc, percent-encoded, with commas between"
HEADER = re.compile(r"([A-Za-z0-9!#$&'*+.^_`|~-]+)[ \t]*=[ \t]*(.+)")
PRINTABLE = re.compile("[ -~]+")
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


def read_headers(env: Environment, name: str) -> dict[str, str]:
    """Return what is sent to the collector with each batch, such as its key, which is never shown.

    OpenTelemetry reads the same variable; it would log a part that it cannot read.
    """
    parts = [part.strip() for part in env.read_word(name).split(",")]
    return dict(_read_header(name, part) for part in parts if part)


def read_sampler(env: Environment, name: str) -> str:
    """Return how OpenTelemetry chooses what is traced; it reads the same variable."""
    return env.read_choice(name, default="parentbased_always_on", choices=SAMPLERS)


def read_share(env: Environment, name: str) -> float:
    """Return which share the samplers with a ratio trace; OpenTelemetry reads the same variable."""
    return float(
        env.read_match(name, default="1", pattern=SHARE, allowed="a number from 0 to 1, such as 0.1")
    )


def _read_header(name: str, part: str) -> tuple[str, str]:
    found = HEADER.fullmatch(part)
    value = unquote(found[2]) if found else ""
    if not found or not PRINTABLE.fullmatch(value):
        refuse(name, HEADERS)
    return found[1], value


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
