"""Steps that several tests of mails take."""

from datetime import timedelta
from uuid import UUID

from django.core import mail as django_mail

from core import clock
from events.models import Event
from events.reading import read_horizon
from mail.causes.buyers import write_to_buyers
from mail.causes.sellers import write_to_sellers
from mail.kinds import Kind
from mail.models import Mail
from mail.queue import Draft, queue_mails
from mail.read_events import read_new_events
from mail.recipients import Recipient
from mail.send import send_due
from operations.factories import AccountFactory, ApplicationFactory, CallerFactory, OrganizationFactory
from tests.webhooks.receiver import wait_until


def read_all() -> int:
    """Queue the mails about all events, which wait for transactions of other tests beside this one."""
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


def queue_some(count: int = 1, *, kind: Kind = Kind.STAFF_DIGEST, to: str = "kim@marketplace.example"):
    """Queue mails that need no other rows, and return them."""
    drafts = [Draft(kind, f"cause {number}", UUID(int=number), {"concerns": []}) for number in range(count)]
    queue_mails([mail for draft in drafts for mail in draft.to([Recipient(to)])])
    return list(Mail.objects.filter(kind=kind).order_by("pk"))


def fetch(mail: Mail) -> Mail:
    """The mail as it is in the database now."""
    return Mail.objects.get(pk=mail.pk)


def later(**by: float):
    """The clock, so much later."""
    return clock.travel_to(clock.now() + timedelta(**by))


def find(kind: Kind) -> Mail:
    """The mail of a kind about the events that there are."""
    events = list(Event.objects.order_by("xact", "id"))
    mails = [*write_to_buyers(events), *write_to_sellers(events)]
    return next(mail for mail in mails if mail.kind == kind)
