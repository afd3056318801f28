"""Answers a request with an error that is full of secrets, in a process of its own."""

import os
import sys

import django
from django.conf import settings
from django.http import HttpRequest
from django.urls import path

SECRETS = sys.argv[1:]


def fail(request: HttpRequest) -> None:
    held = request.body.decode()
    raise ValueError(
        f"card {SECRETS[0]}, key {settings.SECRET_KEY}\nDETAIL: Key (email)=({SECRETS[1]}).", len(held)
    )


urlpatterns = [path("fail", fail)]


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "billing_site.settings"
    django.setup()
    settings.ROOT_URLCONF = __name__
    import sentry_sdk
    import structlog
    from django.test import Client

    client = Client(raise_request_exception=False, headers={"Authorization": f"Bearer {SECRETS[2]}"})
    client.cookies["shop"] = SECRETS[3]
    body = {"password": SECRETS[4]}
    response = client.post(f"/fail?token={SECRETS[5]}", body, headers={"Host": "127.0.0.1"})
    structlog.get_logger("a log").error("it failed", header=f"Bearer {SECRETS[2]}")
    sentry_sdk.flush(10)
    sys.stdout.write(str(response.status_code))


if __name__ == "__main__":
    main()
