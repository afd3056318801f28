"""Sends what is due in a process of its own."""

import json
import os

import django
from django.conf import settings


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "billing_site.settings"
    settings.DATABASES["default"] |= json.loads(os.environ["TEST_DATABASE"])
    django.setup()
    settings.IS_LOCAL = True
    from webhooks.deliver import deliver_due

    deliver_due()


if __name__ == "__main__":
    main()
