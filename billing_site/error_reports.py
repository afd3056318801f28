"""Reports of errors to a Sentry, without headers, bodies, cookies, variables and people."""

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import unquote, urlsplit

from core.card_numbers import mask_card_numbers

# Of a request: what tells one error from another. A query may hold a secret.
OF_REQUEST = ("method", "url")
LEFT_OUT = ("breadcrumbs", "extra", "user", "modules")
# Wherever it stands, as an exception of several parts is shown in one line; a value may have line breaks.
DETAIL = re.compile("DETAIL:.*", re.DOTALL)
BEARER = re.compile(r"(?i)\b(bearer|basic|token)\s+\S+")
SHORTEST_SECRET = 8


def start(dsn: str, *, deployment: str, secrets: Collection[str]) -> None:
    """Report errors from now on, unless there is no `dsn`; none of `secrets` is ever in a report."""
    if not dsn:
        return
    import sentry_sdk  # Nobody else has to wait for it.

    scrubber = Scrubber(secrets)
    sentry_sdk.init(
        dsn=dsn,
        environment=deployment,
        auto_session_tracking=False,
        before_send=lambda event, hint: scrubber.clean_event(event),
        include_local_variables=False,
        max_breadcrumbs=0,
        max_request_body_size="never",
        send_default_pii=False,
        shutdown_timeout=2,
    )


class Scrubber:
    """Takes out of a report what nobody outside is to read."""

    def __init__(self, secrets: Collection[str]) -> None:
        found = sorted(
            {secret for secret in secrets if len(secret) >= SHORTEST_SECRET}, key=len, reverse=True
        )
        self._secrets = re.compile("|".join(map(re.escape, found)) or r"(?!)")

    def clean_event(self, event: Any) -> Any:
        """Return what of an event may leave."""
        request = {name: event.get("request", {}).get(name) for name in OF_REQUEST if "request" in event}
        kept = {name: value for name, value in event.items() if name not in LEFT_OUT}
        return self._clean(kept | ({"request": request} if request else {}))

    def _clean(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._clean(part) for name, part in value.items()}
        if isinstance(value, list):
            return [self._clean(part) for part in value]
        return self.clean_text(value) if isinstance(value, str) else value

    def clean_text(self, text: str) -> str:
        """Mask secrets, card numbers, and what PostgreSQL says of a refused row."""
        text = DETAIL.sub("DETAIL: left out", self._secrets.sub("[secret]", text))
        return mask_card_numbers(BEARER.sub(r"\1 [secret]", text))


def list_secrets(settings: Any) -> list[str]:
    """Return the values of all settings that are secret."""
    named = [
        getattr(settings, name) for name in dir(settings) if re.search("KEY|SECRET|TOKEN|PASSWORD", name)
    ]
    databases = [*settings.DATABASES.values(), settings.DATABASE_OWNER, settings.DATABASE_ADMIN]
    passwords = [database["PASSWORD"] for database in databases if database and "PASSWORD" in database]
    urls = [url for url in (settings.CELERY_BROKER_URL, settings.REDIS_URL) if url]
    headers = settings.OTEL_EXPORTER_OTLP_HEADERS.values()
    passwords += [unquote(urlsplit(url).password or "") for url in urls]
    return [
        value
        for value in [*named, *settings.SECRET_KEY_FALLBACKS, *passwords, *urls, *headers]
        if isinstance(value, str)
    ]
