"""The steps to the close of a month: what must be true, whether it is, what to do, and where."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import NamedTuple

from django.urls import reverse
from django.utils.html import format_html

from backoffice.columns import link_to_list
from backoffice.questions import UNSETTLED
from bookkeeping.checks import Check, list_quick_checks
from bookkeeping.models import Difference, Statement
from charges.models import Attempt, AttemptState
from charges.models.attempt import OPEN_STATES
from core import clock
from ledger.models import Month

DONE, TO_DO, WAITS = "done", "to do", "waits"
BADGES = {DONE: ("Done", "success"), TO_DO: ("To do", "danger"), WAITS: ("Waits", "")}
# By the names of the checks.
ADVICE: Mapping[str, str] = {
    "earlier": "Close the earlier month first.",
    "attempts": "Attempts that are under way are asked for by themselves. Settle those that need review.",
    "lists": "The lists are read every hour. Read them again if a processor could not be asked.",
    "differences": "Settle each with a reason: what it is, and what was done about it.",
}
# By the names of the methods of the admin.
FILES: Mapping[str, str] = {
    "journal_csv": "Journal as CSV",
    "journal_beancount": "Journal for Beancount",
    "balances_csv": "Trial balance as CSV",
    "income_csv": "Income of the month as CSV",
    "payables_csv": "What sellers are owed at its end, as CSV",
    "tax_csv": "Tax of the month by country and rate, as CSV",
}


class Step(NamedTuple):
    """How far a step is, what must be true, what is found, what to do about it, and links to the rows."""

    state: str
    sentence: str
    found: str = ""
    advice: str = ""
    links: tuple[str, ...] = ()

    @property
    def badge(self) -> tuple[str, str]:
        """The words and the colour of its state."""
        return BADGES[self.state]


def list_steps(month: Month) -> list[Step]:
    """Return the steps in their order; a closed month has them behind it."""
    if month.closed_at is not None:
        return [Step(DONE, "All checks were green, and the month was closed.")]
    is_over = month.ends_at <= clock.now()
    checks = [_make_step(month, check) for check in list_quick_checks(month)]
    is_ready = is_over and all(step.state == DONE for step in checks)
    return [
        Step(DONE if is_over else WAITS, "The month is over."),
        *checks,
        _describe_close(month, is_ready=is_ready),
        Step(WAITS, "Then the statements of sellers are there, and the figures stay as they are."),
    ]


def list_papers(month: Month) -> Iterator[str]:
    """Yield links to what there is of a month for sellers, accountants and auditors."""
    last_day = (month.ends_at - timedelta(days=1)).date()
    reports = reverse("admin:ledger_month_reports", query={"day": last_day})
    if month.closed_at is None:
        yield "The statements of sellers come with the close."
    else:
        yield link_to_list(Statement, "Statements of sellers", month__id__exact=month.pk)
    yield write_link(reports, "Trial balance, income and what sellers are owed at its end")


def list_files(month: Month) -> Iterator[str]:
    """Yield links to the files of the books of a month."""
    for name, text in FILES.items():
        yield write_link(reverse(f"admin:ledger_month_{name}", args=[month.pk]), text)


def write_link(address: str, text: str) -> str:
    """Return a link as the pages of the admin have it."""
    return format_html('<a class="text-primary-600 underline" href="{}">{}</a>', address, text)


def _make_step(month: Month, check: Check) -> Step:
    if check.is_green:
        return Step(DONE, check.sentence)
    return Step(TO_DO, check.sentence, check.found, ADVICE[check.name], tuple(_link(month, check.name)))


def _link(month: Month, name: str) -> Iterator[str]:
    """Yield links to the rows that hold a check up."""
    if name == "earlier":
        earliest = Month.objects.filter(closed_at=None).earliest("starts_at")
        yield write_link(reverse("admin:ledger_month_change", args=[earliest.pk]), f"Go to {earliest}")
    if name == "attempts":
        ours = Attempt.objects.filter(livemode=True, on_own_account=False, sent_at__lt=month.ends_at)
        for state in (AttemptState.NEEDS_REVIEW, *OPEN_STATES):
            if ours.filter(state=state).exists():
                yield link_to_list(Attempt, state.label, state__exact=state)
    if name == "lists":
        yield write_link(reverse("admin:ledger_month_read_lists", args=[month.pk]), "Read the lists again")
    if name == "differences":
        filters = {"month__id__exact": month.pk, "look": UNSETTLED.name}
        yield link_to_list(Difference, "Differences to settle", **filters)


def _describe_close(month: Month, *, is_ready: bool) -> Step:
    sentence = "The books add up, what must be true of money is, and the month is closed."
    if month.fenced_at is not None:
        return Step(WAITS, sentence, advice="It is being closed. Look again in some minutes.")
    if not is_ready:
        return Step(WAITS, sentence, month.trouble)
    address = reverse("admin:ledger_month_close", args=[month.pk])
    advice = "A worker checks that within a minute. If any of it is not so, the month stays open."
    return Step(TO_DO, sentence, month.trouble, advice, (write_link(address, "Close the month"),))
