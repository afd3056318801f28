"""The rules for addresses that an OAuth answer or a buyer may be sent to, or that pages link to."""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

LOOPBACK = {"127.0.0.1", "::1", "localhost"}
MAIL_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$*+/=^_{|}~-]{1,64}@(?=.{4,253}\Z)([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}"
)
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


def is_web_page(url: str) -> bool:
    """Say whether a link may lead people there: https, a host with a dot, no user, nothing to be escaped."""
    if not url.isascii() or not url.isprintable() or any(mark in url for mark in " \\\"'<>`"):
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return False
    return parts.scheme == "https" and url.startswith("https://") and "." in host and "@" not in parts.netloc


def is_mail_address(address: str) -> bool:
    """Say whether this is an e-mail address that a link may name as it is."""
    return bool(MAIL_ADDRESS.fullmatch(address))
