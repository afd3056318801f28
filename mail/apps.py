"""Mails about what has happened, to those whom it concerns."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """The queue of mails, and what they say."""

    name = "mail"
