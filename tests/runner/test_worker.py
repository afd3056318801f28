"""What a worker process does before its first task."""

import gc

import pytest
from celery.signals import celeryd_after_setup

import billing_site.celery  # noqa: F401 - connects to the signal


@pytest.mark.slow
def test_it_sets_what_is_loaded_apart_from_the_garbage_collector():
    try:
        celeryd_after_setup.send(sender="worker", instance=None, conf=None)
        assert gc.get_freeze_count() > 10_000
    finally:
        gc.unfreeze()
