"""What tests of second factors share."""

import re
from datetime import timedelta

from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from access.models import AuthenticatorApp
from access.second_factors import codes, factors
from core import clock
from operations.factories import UserFactory

CHECK, OWN, ADD = "/admin/second-factor/", "/admin/your-log-in/", "/admin/your-log-in/app/"


def person(name, *permissions, **traits):
    user = UserFactory(username=name, staff=True, **traits)
    user.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
    return user


def browse(user):
    browser = Client()
    browser.force_login(user)
    return browser


def add_app(user, *, ago=timedelta(hours=2)):
    """Give somebody an app, added so long ago; return its secret."""
    secret = codes.make_secret()
    step = int(clock.now().timestamp()) // codes.SECONDS - 5
    AuthenticatorApp.objects.create(
        user=user,
        sealed_secret=factors.seal_secret(secret).encode(),
        last_step=step,
        added_at=clock.now() - ago,
    )
    return secret


def code_of(secret, later=0):
    """Return the code that an app shows, so many steps of 30 seconds from now."""
    return codes.write_code(secret, int(clock.now().timestamp()) // codes.SECONDS + later).decode()


def log_in(user, secret):
    """Return a browser in which password and second factor were given just now."""
    browser = browse(user)
    answer = browser.post(CHECK, {"code": code_of(secret)})
    assert answer.status_code == 302, words(answer)
    return browser


def words(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def lines_of(user):
    return [line.change_message for line in LogEntry.objects.filter(user=user).order_by("pk")]
