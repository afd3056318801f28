"""The rules for addresses that an OAuth answer or a buyer may be sent to."""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
LOOPBACK_PORT = re.compile(r"\A(http://(?:127\.0\.0\.1|\[::1\]|localhost)):[0-9]{1,5}(?=[/?]|\Z)")


def is_safe_redirect(uri: str) -> bool:
    """Say whether a redirect URI is https, or http on the person's own machine (RFC 8252, section 7.3).

    It names no user and has no fragment.
    """
    if not uri.isascii() or not uri.isprintable() or any(mark in uri for mark in " \\#"):
        return False  # Browsers and libraries read these in different ways.
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:
        return False
    if not host or "@" in parts.netloc:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK)


def matches_registered_redirect(uri: str, registered: Iterable[str]) -> bool:
    """Say whether an address is a registered one, byte for byte; the port of a loopback address is free."""
    wanted = LOOPBACK_PORT.sub(r"\1", uri)
    return any(wanted == LOOPBACK_PORT.sub(r"\1", each) for each in registered)


def read_origin(parts: SplitResult) -> str:
    """Return scheme, host and, when it is not the usual one, port, as a browser writes an origin."""
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return f"{parts.scheme}://{host}" + ("" if parts.port in (None, usual) else f":{parts.port}")


def read_https_origin(text: str) -> str | None:
    """Return an https origin such as https://app.example as a browser writes it; None for anything else."""
    try:
        parts = urlsplit(text)
        is_origin = parts.scheme == "https" and parts.hostname and not (parts.path or parts.query)
        if is_origin and text.isascii() and "@" not in text and not parts.fragment:
            return read_origin(parts)
    except ValueError:
        pass
    return None
