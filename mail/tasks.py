"""Celery tasks of mails; they have a queue of their own, so that a slow mail server delays nothing else."""

from celery import shared_task

from mail.causes.people import write_to_people
from mail.digest import digest_for_staff
from mail.purge import purge_old_mails
from mail.read_events import read_new_events
from mail.reminders import remind
from mail.send import send_due


@shared_task
def send() -> None:
    """Queue the mails about new events and for people who wait for a link, and send what is due."""
    read_new_events()
    write_to_people()
    send_due()


@shared_task
def look_ahead() -> None:
    """Queue what no event causes: reminders, and the daily mail to staff."""
    remind()
    digest_for_staff()


@shared_task
def purge() -> None:
    """Forget old mails."""
    purge_old_mails()
