"""Activates a charge over the API and collects it in a worker's thread, with traces."""

import json
import os
import sys
import time

import django
from celery.contrib.testing.worker import start_worker
from django.conf import settings


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "billing_site.settings"
    settings.DATABASES["default"] |= json.loads(os.environ["TEST_DATABASE"])
    django.setup()
    from billing_site.celery import app

    app.conf.update(broker_url="memory://", broker_transport_options={})
    public_id, token, card, stranger = sys.argv[1:]
    with start_worker(app, pool="solo", perform_ping_check=False, shutdown_timeout=20):
        from django.test import Client

        client = Client(
            headers={"Host": "127.0.0.1", "Authorization": f"Bearer {token}", "traceparent": stranger}
        )
        path = f"/v2/direct_charge/livechat/{public_id}"
        assert client.put(f"{path}/activate?secret={token}").status_code == 200
        assert (
            client.post("/v2/direct_charge/livechat", {"name": card}, "application/json").status_code == 400
        )
        for _ in range(100):
            if client.get(path).json()["status"] == "success":
                return
            time.sleep(0.1)
        raise SystemExit("not collected")


if __name__ == "__main__":
    main()
