"""Celery reads the settings without a warning at the start of each program."""

from celery.app.defaults import _OLD_SETTING_KEYS
from django.conf import settings


def test_no_setting_has_a_name_that_celery_warns_of():
    assert not {name for name in dir(settings) if name.isupper()} & set(_OLD_SETTING_KEYS)
