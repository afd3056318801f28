"""Mails go to a server, to a provider, or into the mailbox of one's own machine."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from billing_site.mail_settings import KEYS, MAILBOX, REPORT_VIEWS, read_mail
from billing_site.settings_readers import Environment

KEY, SECRET = "made-up-key-of-tests", "provider:made-up-secret-of-tests"
POSTMARK = {"MAIL_PROVIDER": "postmark", "MAIL_PROVIDER_KEY": KEY}


def read(*, is_local=True, **variables):
    return read_mail(Environment(variables), is_local=is_local, data_dir=Path("/tmp/made-up"))


def test_on_this_machine_mails_go_into_the_mailbox():
    assert read()["EMAIL_BACKEND"] == MAILBOX


def test_elsewhere_they_go_to_the_standard_output_until_there_is_a_server():
    assert read(is_local=False)["EMAIL_BACKEND"].endswith("console.EmailBackend")


def test_a_server_is_a_url():
    mail = read(EMAIL_URL="smtp+tls://made-up:password@mail.example:587")
    assert (mail["EMAIL_HOST"], mail["EMAIL_PORT"], mail["EMAIL_USE_TLS"]) == ("mail.example", 587, True)
    assert mail["MAIL_REPORTS"] == ""


@pytest.mark.parametrize("provider", KEYS)
def test_a_provider_has_a_key_and_is_believed_only_with_a_secret(provider):
    mail = read(MAIL_PROVIDER=provider, MAIL_PROVIDER_KEY=KEY)
    assert mail["EMAIL_BACKEND"] == f"anymail.backends.{provider}.EmailBackend"
    assert mail["ANYMAIL"][KEYS[provider]] == KEY
    assert mail["MAIL_REPORTS"] == ""
    with_secret = read(MAIL_PROVIDER=provider, MAIL_PROVIDER_KEY=KEY, MAIL_EVENTS_SECRET=SECRET)
    assert with_secret["MAIL_REPORTS"] == REPORT_VIEWS[provider]
    assert with_secret["ANYMAIL"]["WEBHOOK_SECRET"] == SECRET


@pytest.mark.parametrize("provider", KEYS)
def test_what_the_settings_name_is_there(provider, settings):
    from django.core.mail import get_connection
    from django.utils.module_loading import import_string

    mail = read(MAIL_PROVIDER=provider, MAIL_PROVIDER_KEY=KEY, MAIL_EVENTS_SECRET=SECRET)
    settings.ANYMAIL = mail["ANYMAIL"]
    assert get_connection(mail["EMAIL_BACKEND"])
    assert import_string(mail["MAIL_REPORTS"]).as_view(signal=object())


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"MAIL_PROVIDER": "postmark"}, "MAIL_PROVIDER_KEY"),
        ({"MAIL_PROVIDER_KEY": KEY}, "MAIL_PROVIDER"),
        ({"MAIL_EVENTS_SECRET": SECRET}, "MAIL_PROVIDER"),
        (
            POSTMARK | {"EMAIL_URL": "smtp://a.example"},
            "EMAIL_URL",
        ),
        (
            {
                "MAIL_PROVIDER": "postmark",
                "MAIL_PROVIDER_KEY": KEY,
                "MAIL_EVENTS_SECRET": "no-colon-but-long",
            },
            "MAIL_EVENTS_SECRET",
        ),
        ({"MAIL_PROVIDER": "carrier-pigeon"}, "MAIL_PROVIDER"),
    ],
)
def test_a_choice_that_is_half_set_is_refused_by_name(variables, name):
    with pytest.raises(ImproperlyConfigured, match=f"^{name} must be") as refusal:
        read(**variables)
    assert KEY not in str(refusal.value)
    assert SECRET not in str(refusal.value)
