"""The Django app of test mode."""

from django.apps import AppConfig


class TestModeConfig(AppConfig):
    """Test buyers and their clocks."""

    __test__ = False
    name = "testmode"
