"""Read the address of a client: the peer's, or the one that the trusted proxies name."""

import ipaddress
from collections.abc import Mapping
from typing import Any, Protocol

from django.conf import settings

FORWARDING = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA")
IPV6_NETWORK_BITS = 64


class Request(Protocol):
    """A request of Django or of Django REST framework."""

    @property
    def META(self) -> Mapping[str, Any]:
        """The environment of the request."""


def read_client_address(request: Request) -> str:
    """Return the client's address for limits, logs and records; empty when there is none, as in a test.

    Each of the `TRUSTED_PROXIES` appends the address of its peer to X-Forwarded-For. What stands before these
    addresses came from outside and is ignored.
    """
    return choose_address(
        peer=str(request.META.get("REMOTE_ADDR") or ""),
        forwarded_for=str(request.META.get("HTTP_X_FORWARDED_FOR") or ""),
        proxies=settings.TRUSTED_PROXIES,
    )


def choose_address(*, peer: str, forwarded_for: str, proxies: int) -> str:
    """Return the address that the outermost trusted proxy saw, or the peer's when it named none."""
    named = forwarded_for.split(",")[-proxies:] if proxies else []
    return _read_address(named[0] if named else "") or _read_address(peer)


def group_address(address: str) -> str:
    """Return what a limit counts: an IPv4 address, or the network of an IPv6 address, as one person has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, IPV6_NETWORK_BITS), strict=False))


def is_on_this_machine(request: Request) -> bool:
    """Say whether the peer is a program on this machine that does not speak for another."""
    address = _read_address(str(request.META.get("REMOTE_ADDR") or ""))
    is_direct = not any(header in request.META for header in FORWARDING)
    return is_direct and bool(address) and ipaddress.ip_address(address).is_loopback


def _read_address(text: str) -> str:
    """Return an address as text, without a port; empty when it is none."""
    text = text.strip().strip('"')
    for candidate in (text, text.partition("]")[0].removeprefix("["), text.rpartition(":")[0]):
        try:
            parsed = ipaddress.ip_address(candidate.partition("%")[0])
        except ValueError:
            continue
        mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
        return str(mapped or parsed)
    return ""
