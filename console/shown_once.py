"""Secrets that are shown on the next page and never again; on the way they lie sealed in the session."""

from cryptography.fernet import InvalidToken
from django.http import HttpRequest

from core.sealing import seal, unseal

PURPOSE = "console secret"
KEY = "console_secret"


def keep_secret(request: HttpRequest, *, of: str, secret: str) -> None:
    """Keep a secret of something, by its address, for the page that follows."""
    request.session[KEY] = [of, seal(secret.encode(), purpose=PURPOSE).decode()]


def take_secret(request: HttpRequest, *, of: str) -> str:
    """Return the secret that was kept for this page, and forget it; nothing if there is none."""
    kept_for, sealed = request.session.get(KEY, ("", ""))
    if kept_for != of:
        return ""
    del request.session[KEY]
    try:
        return unseal(sealed.encode(), purpose=PURPOSE).decode()
    except InvalidToken:  # SECRET_KEY has changed in between.
        return ""
