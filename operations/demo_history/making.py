"""Making the demo's six months: time passes from one day of the story to the next, up to now."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from itertools import groupby, pairwise

from django.conf import settings

from charges.disputes.ask import ask_for_disputes
from charges.models import Charge
from core import clock
from invoicing.issue import issue_papers
from mail.read_events import skip_new_events
from operations.demo import load_demo, require_demo_allowed
from operations.demo_history.acting import perform
from operations.demo_history.people import make_people
from operations.demo_history.story import DAYS, STORY
from operations.rehearsal import run_billing
from subscriptions.models import Subscription

OPENING = time(10, tzinfo=UTC)


def make_history(*, force: bool = False, report: Callable[[], None] = lambda: None) -> None:
    """Make the six months before now, tenants included, unless `is_history_wanted` says otherwise.

    Call it outside transactions and before the workers run: they would collect at once what the story
    collects on its day. `report` is called for each day on which something happens. Raises DemoRefused.
    """
    require_demo_allowed(force=force)
    if not is_history_wanted():
        return
    today, now = clock.now().date(), clock.now()
    begins = datetime.combine(today - timedelta(days=DAYS), OPENING)
    with clock.travel_to(begins):
        load_demo(force=force)
        people = make_people()
    days = {begins + timedelta(days=day): list(acts) for day, acts in groupby(STORY, lambda act: act.day)}
    for instant, following in pairwise([*days, now]):
        with clock.travel_to(instant):
            for act in days[instant]:
                perform(act, people)
            _let_time_pass(following)
        report()


def is_history_wanted() -> bool:
    """Say whether nothing was sold here yet, and all payments go to the sandbox, which takes any date."""
    is_sandbox = settings.LIVE_GATEWAY == "sandbox"
    return is_sandbox and not (Charge.objects.exists() or Subscription.objects.exists())


def _let_time_pass(until: datetime) -> None:
    """Do what falls due up to an instant. Nobody is mailed about what happened before there was a server."""
    run_billing(until=until)
    with clock.travel_to(until):
        ask_for_disputes()
        issue_papers()
    skip_new_events()
