"""Mails about second factors: to their owner, and to those who administer staff."""

from celery import current_app
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import TextChoices
from django.urls import reverse

from access.security_mails import mail_to

MOST_ADMINISTRATORS = 20
ADMINISTER_STAFF = "access.administer_staff"


class Change(TextChoices):
    """What became of the second factors of somebody."""

    ADDED = "added"
    TAKEN_AWAY = "taken_away"
    RESET = "reset"


def tell_of_factors(user_id: int, change: Change) -> None:
    """Have people mailed once the caller's transaction is kept."""
    said = [user_id, change.value]
    transaction.on_commit(
        lambda: current_app.send_task("access.tasks.mail_factor_changed", said), robust=True
    )


def mail_of_factors(user_id: int, change: str) -> None:
    """Mail the person and those who administer staff, each with an address; a mail that fails is logged."""
    person = User.objects.get(pk=user_id)
    others = User.objects.with_perm(ADMINISTER_STAFF).filter(is_active=True).exclude(pk=user_id)
    for user in (person, *others.exclude(email="").order_by("pk")[:MOST_ADMINISTRATORS]):
        if user.email:
            mail_to(
                user,
                "mail/second_factor.html",
                change=change,
                name=person.get_username(),
                is_own=user.pk == person.pk,
                action_url=f"{settings.BASE_URL}{reverse('admin:index')}",
            )
