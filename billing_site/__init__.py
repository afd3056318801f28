"""The Django project: settings, URLs, middleware and Celery."""
