"""What production starts with."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from oauth2_provider.settings import oauth2_settings

from billing_site.celery import app

PRODUCTION = {
    "BASE_URL": "https://billing.example",
    "ALLOWED_HOSTS": "billing.example",
    "SECRET_KEY": "made-up-for-a-test-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:9/none",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "DEPLOYMENT": "production",
    "TRUSTED_PROXIES": "1",
    "EMAIL_URL": "smtp+tls://made-up:password@mail.example:587",
}
STRICT = {
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
    "COMPLIANT_BCP_RFC9700_REFRESH_TOKEN": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME": True,
    "COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING": True,
    "COMPLIANT_BCP_RFC9700_PKCE_REQUIRED": True,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 28_800,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 30 * 86_400,
    "ROTATE_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "REFRESH_TOKEN_GRACE_PERIOD_SECONDS": 0,
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    "PKCE_REQUIRED": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "ALLOW_URI_WILDCARDS": False,
    "ERROR_RESPONSE_WITH_SCOPES": False,
    "REQUEST_APPROVAL_PROMPT": "force",
    "OIDC_ENABLED": False,
    "DCR_ENABLED": False,
    "CIMD_ENABLED": False,
}


SCRIPT = """
import django
django.setup()
from django.conf import settings
from django.core.management import call_command
print(settings.SESSION_COOKIE_NAME, settings.SESSION_COOKIE_SECURE, settings.SESSION_COOKIE_HTTPONLY)
print(settings.CSRF_COOKIE_NAME, settings.CSRF_COOKIE_SECURE, settings.SESSION_COOKIE_SAMESITE)
call_command("check", deploy=True, fail_level="ERROR")
"""


@pytest.mark.parametrize(("name", "value"), STRICT.items())
def test_the_oauth_server_is_strict(name, value):
    assert getattr(oauth2_settings, name) == value


@pytest.mark.slow
@pytest.mark.parametrize(
    "program",
    [
        ["manage.py", "migrate"],
        ["-m", "gunicorn", "--config", "python:billing_site.gunicorn_conf", "billing_site.wsgi:application"],
        ["-m", "celery", "-A", "billing_site", "worker"],
        ["-m", "celery", "-A", "billing_site", "beat"],
    ],
)
def test_a_wrong_setting_ends_a_program_with_one_line(program):
    done = subprocess.run(
        [sys.executable, *program],
        cwd=settings.BASE_DIR,
        env=PRODUCTION | {"RETRY_DAYS": "7,5", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "ImproperlyConfigured: RETRY_DAYS must be ascending whole numbers from 1 to 365,"
        " with commas between, or none, not '7,5'.\n"
    )


def test_beat_keeps_its_notes_with_the_data_and_not_where_it_was_started():
    assert Path(app.conf.beat_schedule_filename).parent == settings.DATA_DIR


@pytest.mark.slow
def test_a_production_start_has_bound_cookies_and_passes_the_checks_for_a_deployment():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=settings.BASE_DIR,
        env=PRODUCTION | {"DJANGO_SETTINGS_MODULE": "billing_site.settings", "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    cookies, csrf = done.stdout.splitlines()
    assert cookies.split() == ["__Host-session", "True", "True"]
    assert csrf.split() == ["__Host-csrf", "True", "Lax"]
    # There is no live processor to choose yet; nothing else is missing.
    assert re.findall(r"\((\w+\.[EW]\d+)\)", done.stderr) == ["billing.W006"]
