"""The Django project: settings, URLs, middleware and Celery."""

from billing_site.celery import app as celery_app

__all__ = ("celery_app",)
