"""Periodic work on payouts; a lost or repeated message does no harm."""

from celery import shared_task

from payouts.schedule import request_monthly_payouts
from payouts.sending.transfer import ask_about_payouts, send_approved_payouts


@shared_task
def send_approved() -> None:
    """Send approved payouts by transfer."""
    send_approved_payouts()


@shared_task
def ask_about_sent() -> None:
    """Ask the processor about payouts without an answer."""
    ask_about_payouts()


@shared_task
def request_monthly() -> None:
    """Ask for the payouts of this month."""
    request_monthly_payouts()
