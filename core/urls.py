"""The rule for addresses that an OAuth answer may be sent to."""

from urllib.parse import urlsplit

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def is_safe_redirect(uri: str) -> bool:
    """Say whether a redirect URI is https, or http on the person's own machine (RFC 8252, section 7.3)."""
    if not uri.isascii() or not uri.isprintable() or any(mark in uri for mark in " \\"):
        return False  # Browsers and libraries read these in different ways.
    try:
        parts = urlsplit(uri)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in LOOPBACK))
