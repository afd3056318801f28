"""The Django project: settings, URLs, Celery and the embedded ground it runs on."""

from billing_site.celery import app as celery_app

__all__ = ("celery_app",)
