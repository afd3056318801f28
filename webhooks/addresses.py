"""Which addresses may be called: what a URL says, and where its name really leads."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from core.errors import InvalidField
from core.texts import refuse_card_number
from core.urls import LOOPBACK
from webhooks.models.endpoints import MAX_URL

PORTS = (443, 8443)
NAME = re.compile(r"(?=.{1,253}\Z)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
# Public to Python, but they carry an IPv4 address inside or lead nowhere that a seller has a server.
CARRIERS = [
    ip_network(network)
    for network in (
        *("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96"),
        *("192.88.99.0/24", "5f00::/16", "2001:20::/28", "3fff::/20", "192.0.0.0/24", "100.64.0.0/10"),
    )
]


def check_url(url: str) -> str:
    """Return a URL that may be an endpoint's: https, port 443 or 8443, a name of the public internet.

    On a server for this machine alone http to a loopback address is allowed, too. Raises InvalidField.
    """
    if len(url) > MAX_URL:
        raise InvalidField("url", f"must not have more than {MAX_URL} characters")
    refuse_card_number("url", url, is_code=True)
    parts = _split(url)
    if parts is None:
        raise InvalidField("url", "must be an address such as https://app.example/webhooks")
    if is_own_machine(url):
        return url
    if parts.scheme != "https":
        raise InvalidField("url", "must begin with https://")
    if (parts.port or PORTS[0]) not in PORTS:
        raise InvalidField("url", f"must have the port {PORTS[0]} or {PORTS[1]}")
    if not _is_public_name(parts.hostname or ""):
        raise InvalidField("url", "must name a host of the public internet")
    return url


def is_own_machine(url: str) -> bool:
    """Say whether a URL leads to this machine, where that is allowed: on a server for this machine alone."""
    parts = _split(url)
    return bool(settings.IS_LOCAL and parts and parts.scheme == "http" and parts.hostname in LOOPBACK)


def is_public(address: str) -> bool:
    """Say whether an IP address belongs to the public internet, and holds no other address."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return ip.is_global and not ip.is_multicast and not _is_carrier(ip)


def _is_carrier(ip: IPv4Address | IPv6Address) -> bool:
    return any(ip in network for network in CARRIERS)


def _is_public_name(host: str) -> bool:
    try:
        return is_public(host)
    except ValueError:
        return bool(NAME.fullmatch(host)) and not host.endswith((".localhost", ".local", ".internal"))


def _split(url: str) -> SplitResult | None:
    """Return the parts of a URL that every program reads alike; None for any other."""
    if not url.isascii() or not url.isprintable() or any(mark in url for mark in ' \\#"<>^`{|}'):
        return None
    try:
        parts = urlsplit(url)
        is_plain = parts.hostname and "@" not in parts.netloc and parts.port != 0
    except ValueError:
        return None
    return parts if is_plain and url.startswith(f"{parts.scheme}://") else None
