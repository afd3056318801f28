"""Activates a charge over the API of a process of its own and prints the status and how long it took."""

import json
import os
import sys
import time

import django
from django.conf import settings


def main():
    os.environ["DJANGO_SETTINGS_MODULE"] = "billing_site.settings"
    settings.DATABASES["default"] |= json.loads(os.environ["TEST_DATABASE"])
    django.setup()
    from django.test import Client

    client = Client(headers={"Host": "127.0.0.1", "Authorization": f"Bearer {sys.argv[2]}"})
    path = f"/v1/direct_charge/{sys.argv[1]}"
    client.get(path)  # The first request of a process loads modules, which takes seconds on a busy machine.
    start = time.monotonic()
    response = client.put(f"{path}/activate")
    sys.stdout.write(f"{response.status_code} {response.json().get('status')} {time.monotonic() - start}")


if __name__ == "__main__":
    main()
