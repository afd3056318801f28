"""What needs a look about webhooks and mails, for the first page of the admin."""

from collections.abc import Iterable

from django.db.models import Q
from django.urls import reverse

from backoffice.concern import Concern, count, count_live, write_count
from backoffice.questions import (
    FAILING,
    GIVEN_UP_LATELY,
    OFF_FOR_FAILING,
    OVERDUE_MAILS,
    UNSENT,
    Question,
)
from mail.models import Mail
from webhooks.models import Delivery, Endpoint


def list_endpoints() -> Iterable[Concern]:
    """Return the endpoints that fail, and those that were switched off for it."""
    yield _count_endpoints("Webhook endpoints that fail", FAILING, alarms=True)
    yield _count_endpoints("Webhook endpoints switched off for failing", OFF_FOR_FAILING, alarms=False)


def _count_endpoints(title: str, question: Question, *, alarms: bool) -> Concern:
    found = count(Endpoint.objects.filter(question.answer()))
    return Concern(
        title=title,
        value=write_count(found),
        address=reverse("admin:webhooks_endpoint_changelist", query={"look": question.name}),
        alarming=alarms and found > 0,
    )


def count_unsent_deliveries() -> Concern:
    """Return the deliveries that are due and that no worker takes."""
    found = count(Delivery.objects.filter(UNSENT.answer()))
    return Concern(
        title="Webhooks that nobody sends",
        value=write_count(found),
        address=reverse("admin:webhooks_delivery_changelist", query={"outcome": UNSENT.name}),
        alarming=found > 0,
    )


def list_mails() -> Iterable[Concern]:
    """Return the mails that no worker takes, and those that were given up lately."""
    yield _count_mails("Mails that nobody sends", OVERDUE_MAILS, alarms=True)
    yield _count_mails("Mails given up in the last 7 days", GIVEN_UP_LATELY, alarms=False)


def _count_mails(title: str, question: Question, *, alarms: bool) -> Concern:
    found, remark = count_live(Mail.objects.filter(question.answer()), tests=Q(livemode=False))
    return Concern(
        title=title,
        value=write_count(found),
        address=reverse("admin:mail_mail_changelist", query={"outcome": question.name}),
        alarming=alarms and found > 0,
        remark=remark,
    )
