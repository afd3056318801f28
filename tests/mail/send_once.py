"""Sends what is due in a process of its own."""

import json
import os

import django
from django.conf import settings


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "billing_site.settings"
    settings.DATABASES["default"] |= json.loads(os.environ["TEST_DATABASE"])
    django.setup()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(os.environ["TEST_SMTP_PORT"])
    settings.MAILS_AT_ONCE = 1
    from mail.send import send_due

    send_due()


if __name__ == "__main__":
    main()
