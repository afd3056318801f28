"""What a worker process does before its first task."""

import gc

from celery.signals import worker_process_init

import billing_site.celery  # noqa: F401 - connects to the signal


def test_it_sets_what_is_loaded_apart_from_the_garbage_collector():
    try:
        worker_process_init.send(sender=None)
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
