"""Celery reads the settings without a warning at the start of each program."""

from celery.app.defaults import _OLD_SETTING_KEYS
from django.conf import settings

from billing_site import broker


def test_no_setting_has_a_name_that_celery_warns_of():
    assert not {name for name in dir(settings) if name.isupper()} & set(_OLD_SETTING_KEYS)


def test_a_worker_that_is_cut_off_from_redis_notices_it_soon(tmp_path):
    options = broker.transport_options("redis://redis.example/0", folder=tmp_path)
    assert options["socket_timeout"] <= 1.0
    assert 1 + 2 * options["health_check_interval"] <= 30  # What kombu needs to miss an answer.
    assert options["socket_keepalive"]
