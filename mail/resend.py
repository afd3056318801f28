"""Send a mail again because somebody asks for it."""

from django.db import transaction

from core import clock
from core.errors import BillingError
from mail.models import Mail


class MailNotFinished(BillingError):
    """The mail is still on its way."""


@transaction.atomic
def resend_mail(mail_id: int) -> Mail:
    """Send a mail that has ended once more, under another Message-ID. Raises MailNotFinished."""
    mail = Mail.objects.select_for_update(no_key=True).get(pk=mail_id)
    if mail.due_at is not None:
        raise MailNotFinished
    mail.due_at, mail.sent_at, mail.failed_at, mail.withheld = clock.now(), None, None, ""
    mail.failures, mail.trouble, mail.resends = 0, "", mail.resends + 1
    mail.save()
    return mail
