"""Steps that several tests of mails take."""

from django.core import mail as django_mail

from core import clock
from events.models import Event
from events.reading import read_horizon
from mail.kinds import Kind
from mail.models import Mail
from mail.queue import Draft, queue_mails
from mail.read_events import read_new_events
from mail.recipients import Recipient
from mail.send import send_due
from operations.factories import AccountFactory, ApplicationFactory, CallerFactory, OrganizationFactory
from tests.webhooks.receiver import wait_until


def read_all() -> int:
    """Queue the mails about all events; they wait for transactions of other tests that run beside this one."""
    newest = max(Event.objects.values_list("xact", flat=True), default=0)
    wait_until(lambda: read_horizon() > newest)
    return read_new_events()


def send_all() -> list[str]:
    """Read events and send what is due; return the subjects of what went out."""
    before = len(django_mail.outbox)
    read_all()
    send_due()
    return [message.subject for message in django_mail.outbox[before:]]


def make_caller(**account):
    """An app of Ada's Apps that acts for Bo of Buyer Ltd; both have the billing role."""
    seller = OrganizationFactory(name="Ada's Apps")
    AccountFactory(organization=seller, email="ada@seller.example", has_billing_role=True)
    app = ApplicationFactory(organization=seller, name="Chat Extras", author_email="dev@seller.example")
    buyer = OrganizationFactory(name="Buyer Ltd")
    known = {"email": "bo@buyer.example", "has_billing_role": True, "organization": buyer} | account
    return CallerFactory(account=AccountFactory(**known), application=app)


def queue_one(kind: Kind = Kind.FIRST_SALE, *, cause: str = "made up", charge=None, address="bo@buyer.example"):
    """Queue a mail about a charge, for an address."""
    draft = Draft(kind, cause, charge.public_id, {})
    queue_mails(draft.to([Recipient(address)]))
    return Mail.objects.get(kind=kind, cause=cause, address=address)


def fetch(mail: Mail) -> Mail:
    """The mail as it is in the database now."""
    return Mail.objects.get(pk=mail.pk)


def in_future(**later: float):
    """The clock, so much later."""
    from datetime import timedelta

    return clock.travel_to(clock.now() + timedelta(**later))
