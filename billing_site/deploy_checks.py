"""Checks of `manage.py check --deploy`: what a production lacks, one warning each, with how to mend it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

from billing_site.merchant_settings import LOCAL_HOSTS
from gateway.stripe.keys import is_live

CONSOLE_MAIL = "django.core.mail.backends.console.EmailBackend"
ROLE = """
SELECT rolsuper, current_user, EXISTS (
    SELECT FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace
    AND pg_has_role(relowner, 'MEMBER')
) FROM pg_roles WHERE rolname = current_user
"""
SESSION = """
SELECT name FROM unnest(%s::text[], %s::text[]) wanted (name, value)
WHERE current_setting(name, true) IS DISTINCT FROM value
"""
ROLE_HINT = "It may switch off every trigger. Set DATABASE_OWNER_URL, run `manage.py database_role`."


class Trouble(NamedTuple):
    """A setting that is not for a production."""

    number: str
    is_so: Callable[[], bool]
    message: str
    hint: str


def is_open(url: str) -> bool:
    """Say whether a Redis or a broker is on another machine and asks for no password."""
    parts = urlsplit(url)
    return bool(url) and parts.hostname not in LOCAL_HOSTS and not parts.password


TROUBLES = (
    Trouble("W001", lambda: not settings.OVER_TLS, "Pages go in the clear.", "Set BASE_URL=https://..."),
    Trouble(
        "W002",
        lambda: settings.OVER_TLS and not settings.TRUSTED_PROXIES,
        "All clients have the address of the TLS proxy.",
        "Set TRUSTED_PROXIES, mostly to 1.",
    ),
    Trouble(
        "W003",
        lambda: not settings.DATABASE_URL_IS_SET,
        "The embedded PostgreSQL is used.",
        "Set DATABASE_URL to a server with backups.",
    ),
    Trouble(
        "W004",
        lambda: not settings.REDIS_URL,
        "Each process counts requests for itself; without BROKER_URL, files are the broker.",
        "Set REDIS_URL.",
    ),
    Trouble(
        "W005",
        lambda: is_open(settings.REDIS_URL) or is_open(settings.MESSAGE_BROKER_URL),
        "Redis or the broker is on another machine and asks for no password.",
        "Set REDIS_URL=redis://:password@host:6379/0 or BROKER_URL=amqps://user:password@host/name.",
    ),
    Trouble(
        "W006",
        lambda: settings.LIVE_GATEWAY == "sandbox",
        "The live gateway is the sandbox: nobody pays.",
        "Set LIVE_GATEWAY to a processor.",
    ),
    Trouble(
        "W013",
        lambda: settings.LIVE_GATEWAY == "stripe" and not is_live(settings.STRIPE_API_KEY),
        "The live gateway is Stripe in test mode: nobody pays.",
        "Set STRIPE_API_KEY to a live key (sk_live_... or rk_live_...).",
    ),
    Trouble(
        "W007",
        lambda: settings.ALLOW_DEMO,
        "The demo, whose passwords everybody knows, may be loaded.",
        "Unset ALLOW_DEMO.",
    ),
    Trouble(
        "W008",
        lambda: settings.COMPANY_CREATION == "open",
        "Anybody may create a company.",
        "Set COMPANY_CREATION=invitation or closed.",
    ),
    Trouble(
        "W009",
        lambda: settings.EMAIL_BACKEND == CONSOLE_MAIL,
        "Mails go to the standard output.",
        "Set EMAIL_URL or MAIL_PROVIDER, and MAIL_FROM.",
    ),
    Trouble(
        "W011",
        lambda: "*" in settings.ALLOWED_HOSTS,
        "Any Host header is taken.",
        "Set ALLOWED_HOSTS to the names of this server.",
    ),
    Trouble(
        "W012",
        lambda: settings.DEPLOYMENT == "local",
        "Attempts are named as on a developer's machine.",
        "Set DEPLOYMENT, and never change it.",
    ),
)


@register(Tags.security, deploy=True)
def check_settings(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Return a warning for each setting that a production needs otherwise."""
    return [
        Warning(trouble.message, trouble.hint, id=f"billing.{trouble.number}")
        for trouble in TROUBLES
        if trouble.is_so()
    ]


@register(Tags.database, deploy=True)
def check_role(
    app_configs: Sequence[AppConfig] | None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Return a warning if the server's role may switch off triggers; run with `--database default`."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute(ROLE)
            is_superuser, name, is_owner = cursor.fetchone()
        if is_superuser:
            message = f"PostgreSQL's role {name} is a superuser."
            found.append(Warning(message, ROLE_HINT, id="billing.W010"))
        elif is_owner:
            message = f"PostgreSQL's role {name} owns the tables."
            found.append(Warning(message, ROLE_HINT, id="billing.W014"))
    return found


@register(Tags.database, deploy=True)
def check_session(
    app_configs: Sequence[AppConfig] | None, databases: Iterable[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Return a warning for each parameter of a session that a pooler has not passed on."""
    names, values = [*settings.DATABASE_SESSION], [*settings.DATABASE_SESSION.values()]
    found: list[CheckMessage] = []
    for alias in databases or ():
        with connections[alias].cursor() as cursor:
            cursor.execute(SESSION, [names, values])
            for (name,) in cursor.fetchall():
                message = f"A session of PostgreSQL does not have the {name} of the settings."
                hint = "Run `manage.py database_role` as a superuser, and again whenever the setting changes."
                found.append(Warning(message, hint, id="billing.W016"))
    return found
