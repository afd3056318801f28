"""The Celery application; its messages are hints, the truth is in the tables."""

import gc
import os

from celery import Celery
from celery.signals import worker_process_init
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")

TRANSPORT_ALIASES["filesystem"] = "runner.file_broker:Transport"

app = Celery("billing_site")
app.config_from_object("django.conf:settings", namespace="CELERY")
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


@worker_process_init.connect
def set_apart_what_is_loaded(**_: object) -> None:
    """Freeze loaded modules out of the garbage collector and raise its threshold.

    A batch of renewals allocates tens of thousands of objects without cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)
