"""Settings of mails: a mail server by its URL, or a provider by its key; on one's own machine a mailbox."""

from pathlib import Path
from typing import Any

from billing_site.settings_addresses import read_mail_server
from billing_site.settings_readers import Environment, refuse

MAILBOX = "mail.mailbox.MailboxBackend"
TIMEOUT_SECONDS = 10
# Anymail's name of the key of each provider.
KEYS = {
    "brevo": "BREVO_API_KEY",
    "postmark": "POSTMARK_SERVER_TOKEN",
    "resend": "RESEND_API_KEY",
    "sparkpost": "SPARKPOST_API_KEY",
}
REPORT_VIEWS = {
    "brevo": "anymail.webhooks.brevo.BrevoTrackingWebhookView",
    "postmark": "anymail.webhooks.postmark.PostmarkTrackingWebhookView",
    "resend": "anymail.webhooks.resend.ResendTrackingWebhookView",
    "sparkpost": "anymail.webhooks.sparkpost.SparkPostTrackingWebhookView",
}
# What Django wants to know of a mail server, and what it takes where nobody says.
SERVER: dict[str, Any] = {
    "EMAIL_BACKEND": "",
    "EMAIL_HOST": "",
    "EMAIL_PORT": 25,
    "EMAIL_HOST_USER": "",
    "EMAIL_HOST_PASSWORD": "",
    "EMAIL_USE_TLS": False,
    "EMAIL_USE_SSL": False,
}
LEAST_KEY, LEAST_SECRET = 8, 16
EVENTS_SECRET = f"a name, a colon and a password of at least {LEAST_SECRET} characters"


def read_mail(env: Environment, *, is_local: bool, data_dir: Path) -> dict[str, Any]:
    """Return the settings of mails. Raises ImproperlyConfigured."""
    provider = env.read_choice("MAIL_PROVIDER", default="none", choices=["none", *KEYS])
    key = env.read_secret("MAIL_PROVIDER_KEY", least=LEAST_KEY)
    secret = _read_events_secret(env)
    known = _read_own(env) | {"MAILBOX_DIR": data_dir / "mailbox"}
    if provider == "none":
        if key or secret:
            refuse(
                "MAIL_PROVIDER",
                "set where MAIL_PROVIDER_KEY or MAIL_EVENTS_SECRET is set",
            )
        return known | _read_server(env, is_local=is_local) | {"ANYMAIL": {}, "MAIL_REPORTS": ""}
    if env.read_text("EMAIL_URL"):
        refuse("EMAIL_URL", "left out where MAIL_PROVIDER is set")
    if not key:
        refuse("MAIL_PROVIDER_KEY", "set where MAIL_PROVIDER is set")
    return known | _use_provider(provider, key=key, secret=secret)


def _read_own(env: Environment) -> dict[str, Any]:
    """Return what is ours, whatever carries the mails."""
    return {
        "TIMEOUT": TIMEOUT_SECONDS,
        "MAIL_FROM": env.read_match(
            "MAIL_FROM",
            default="billing@localhost",
            pattern=r"[^@\s]{1,64}@[A-Za-z0-9.-]{1,255}",
            allowed="an e-mail address",
        ),
        "MAILS_AT_ONCE": env.read_integer("MAILS_AT_ONCE", default=4, minimum=1, maximum=100),
        # A card is told of a month ahead, and must still be known as told then.
        "MAIL_KEPT_DAYS": env.read_integer("MAIL_KEPT_DAYS", default=90, minimum=40, maximum=3650),
    }


def _read_server(env: Environment, *, is_local: bool) -> dict[str, Any]:
    server = read_mail_server(env, "EMAIL_URL")
    if is_local and not env.read_text("EMAIL_URL"):
        server["EMAIL_BACKEND"] = MAILBOX
    known = {name: server.get(name, default) for name, default in SERVER.items()}
    return known | {"HAS_MAILBOX": server["EMAIL_BACKEND"] == MAILBOX}


def _use_provider(provider: str, *, key: str, secret: str) -> dict[str, Any]:
    return SERVER | {
        "EMAIL_BACKEND": f"anymail.backends.{provider}.EmailBackend",
        "ANYMAIL": {KEYS[provider]: key, "WEBHOOK_SECRET": secret, "REQUESTS_TIMEOUT": TIMEOUT_SECONDS},
        "MAIL_REPORTS": REPORT_VIEWS[provider] if secret else "",
        "HAS_MAILBOX": False,
    }


def _read_events_secret(env: Environment) -> str:
    """Return what the provider logs in with when it tells of bounces; empty when it is not believed."""
    secret = env.read_secret("MAIL_EVENTS_SECRET", least=LEAST_SECRET)
    name, colon, password = secret.partition(":")
    if secret and not (name and colon and len(password) >= LEAST_SECRET):
        refuse("MAIL_EVENTS_SECRET", EVENTS_SECRET)
    return secret
