"""The Django app of acts that need a second person."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """Requests to move money, and who approved each."""

    name = "approvals"
