"""Readers of settings that name a place: URLs, hosts, IP addresses and databases."""

import ipaddress
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import environ

from billing_site.settings_readers import NONE, Environment, refuse

HOST_NAME = re.compile(r"(?!.*\.\.)[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", re.IGNORECASE)
USUAL_PORTS = {"http": 80, "https": 443}
BASE_URL = "http:// or https:// and a host with nothing behind it, such as https://billing.example"
DATABASE_URL = "postgres://USER:PASSWORD@HOST:PORT/NAME with special characters percent-encoded"
MAIL_SCHEMES = ("smtp://", "smtp+tls://", "smtp+ssl://", "consolemail://")
MAIL_URL = "smtp+tls://USER:PASSWORD@HOST:587, smtp+ssl://... or smtp://..."
BROKER_URL = "amqp://USER:PASSWORD@HOST:PORT/NAME, amqps://..., redis://... or rediss://..."
SENTRY_DSN = "https://KEY@HOST/PROJECT"
REDIS_URL = "redis://HOST:PORT/NUMBER or rediss://HOST:PORT/NUMBER"


def read_base_url(env: Environment, name: str, *, default: str) -> str:
    """Return scheme, host and, when it is not the usual one, port, as a browser writes an origin."""
    word = env.read_word(name) or default
    parts = _split(word)
    if parts is None or not _is_origin(parts):
        refuse(name, BASE_URL, "" if "@" in word else word)
    return _write_origin(parts)


def read_framing_origins(env: Environment, name: str) -> list[str]:
    """Return origins as a browser and a Content-Security-Policy write them; none when it is not set."""
    allowed = "origins such as https://console.example, http:// on this machine only"
    return env.read_list(name, default=[], parse=_parse_framing_origin, allowed=allowed)


def read_database_url(env: Environment, name: str) -> dict[str, Any] | None:
    """Return Django's description of a PostgreSQL database, None when it is not set; it is never shown."""
    url = env.read_text(name)
    if not url:
        return None
    if not url.startswith(("postgres://", "postgresql://")):
        refuse(name, DATABASE_URL)
    try:
        database: dict[str, Any] = environ.Env.db_url_config(url)
    except ValueError:
        refuse(name, DATABASE_URL)
    # A slash in a password makes the rest of it the name.
    if not database["NAME"] or re.search("[/@]", database["NAME"]):
        refuse(name, DATABASE_URL)
    return database | {"HOST": unquote(database["HOST"])}  # The folder of a socket, as libpq writes it.


def read_redis_url(env: Environment, name: str) -> str:
    """Return the URL of a Redis, empty when it is not set; it is never shown, as it may hold a password."""
    url = env.read_text(name)
    parts = _split(url)
    is_redis = parts and parts.scheme in ("redis", "rediss") and re.fullmatch("(/[0-9]{0,3})?", parts.path)
    if url and not is_redis:
        refuse(name, REDIS_URL)
    return url


def read_broker_url(env: Environment, name: str) -> str:
    """Return the URL of a RabbitMQ or Redis, empty when it is not set; it is never shown."""
    url = env.read_text(name)
    parts = _split(url)
    if url.startswith(("redis://", "rediss://")):
        return read_redis_url(env, name)
    # The name of a virtual host has no slash; "%2F" is the one called "/".
    if url and not (parts and parts.scheme in ("amqp", "amqps") and re.fullmatch("(/[^/?#]*)?", parts.path)):
        refuse(name, BROKER_URL)
    return url


def read_error_reports(env: Environment, name: str) -> str:
    """Return the address (DSN) of a Sentry's project, empty when it is not set; it is never shown."""
    url = env.read_word(name)
    parts = _split(url)
    is_project = parts and parts.scheme in USUAL_PORTS and parts.username and parts.path.strip("/").isalnum()
    if url and not is_project:
        refuse(name, SENTRY_DSN)
    return url


def read_listening_host(env: Environment, name: str, *, default: str) -> str:
    """Return the name or IP address of this machine that a server listens on."""
    word = env.read_word(name) or default
    if not re.fullmatch("[A-Za-z0-9._-]{1,253}", word) and not _is_ip_address(word):
        refuse(name, "a host name or an IP address", word)
    return word


def read_allowed_hosts(env: Environment, name: str, *, default: Sequence[str]) -> list[str]:
    """Return names of this server as Django compares them: .example is any below it, * is any."""
    allowed = "host names or IP addresses without scheme and port (.example for all below, * for all)"
    return env.read_list(name, default=default, parse=_parse_host_pattern, allowed=allowed)


def read_mail_server(env: Environment, name: str) -> dict[str, Any]:
    """Return Django's settings of a mail server; mails go to the standard output when it is not set.

    The URL is never shown, as it holds a password.
    """
    url = env.read_text(name) or "consolemail://"
    if not url.startswith(MAIL_SCHEMES):
        refuse(name, MAIL_URL)
    try:
        server: dict[str, Any] = environ.Env.email_url_config(url)
    except ValueError:
        refuse(name, MAIL_URL)
    return server


def read_ip_addresses(env: Environment, name: str, *, default: Sequence[str]) -> list[str]:
    """Return IP addresses as a socket writes them; the word "none" is an empty list."""
    if env.read_word(name) == NONE:
        return []
    return env.read_list(
        name,
        default=default,
        parse=lambda part: str(ipaddress.ip_address(part)),
        allowed="none, or IP addresses (not networks)",
    )


def _is_host(text: str) -> bool:
    return bool(HOST_NAME.fullmatch(text)) or _is_ip_address(text)


def _is_ip_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _parse_host_pattern(part: str) -> str:
    name = part.removeprefix(".")
    bare = name[1:-1] if name.startswith("[") and name.endswith("]") else name
    if part != "*" and (not _is_host(bare) or (":" in bare) != (bare != name)):
        raise ValueError(part)
    return part


def _parse_framing_origin(part: str) -> str:
    parts = _split(part)
    # A policy has no words for an IPv6 address.
    if parts is None or not _is_origin(parts) or ":" in (parts.hostname or ""):
        raise ValueError(part)
    if parts.scheme == "http" and parts.hostname not in ("localhost", "127.0.0.1"):
        raise ValueError(part)
    return _write_origin(parts)


def _write_origin(parts: SplitResult) -> str:
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = "" if parts.port in (None, USUAL_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def _is_origin(parts: SplitResult) -> bool:
    has_more = parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc
    return parts.scheme in USUAL_PORTS and _is_host(parts.hostname or "") and not has_more


def _split(url: str) -> SplitResult | None:
    """Return the parts of a URL that names a host; None for what is not one."""
    try:
        parts = urlsplit(url)
        return parts if parts.hostname and parts.port != 0 else None
    except ValueError:
        return None
