"""Celery tasks of tax papers."""

from celery import shared_task

from invoicing.issue import issue_papers


@shared_task
def issue() -> None:
    """Issue the papers of what was collected and given back."""
    issue_papers()
