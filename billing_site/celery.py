"""The Celery application; its messages are hints, the truth is in the tables."""

import gc
import os
from contextlib import suppress

from celery import Celery
from celery.signals import celeryd_after_setup, import_modules
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

from runner.postgres import folders

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")

TRANSPORT_ALIASES["filesystem"] = "runner.file_broker:Transport"

app = Celery("billing_site")
app.config_from_object("billing_site.checked_settings:settings", namespace="CELERY")
app.conf.update(
    broker_connection_retry_on_startup=True,
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=240,
    task_serializer="json",
    accept_content=["json"],
    worker_prefetch_multiplier=1,
    worker_soft_shutdown_timeout=25,
    worker_hijack_root_logger=False,
    task_publish_retry=False,  # A broker that is down must not hold up a request.
)
app.autodiscover_tasks()


@import_modules.connect
def make_data_folder(**_: object) -> None:
    """Have the folder in which beat notes when it did what; where there may be none, beat says so itself."""
    with suppress(OSError):
        folders.make_data_folder(settings.DATA_DIR)


@celeryd_after_setup.connect
def set_apart_what_is_loaded(**_: object) -> None:
    """Freeze loaded modules out of the garbage collector and raise its threshold, before it forks.

    A batch of renewals allocates tens of thousands of objects without cycles. A collection in a forked
    process would write to each object and so copy the pages that it shares.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)
