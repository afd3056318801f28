"""What the button of an offer says, and what is due when, for a table of terms."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from checkout.dues import DueLine, describe_recurrent, describe_single, write_parts
from checkout.schedule_text import RecurrentTerms
from checkout.verbs import name_payment, name_subscription

pytestmark = pytest.mark.rules

TIMES = "\N{MULTIPLICATION SIGN}"
TERMS = RecurrentTerms("$19.00", "$19.00", None, "monthly", 1, zero="$0.00")
TRIAL = replace(TERMS, trial_days=14)
TEAM = replace(TERMS, total="$95.00", accounts=5)
LAST_DAY = "In shorter months, you pay on the last day."
OTHER_YEARS = "In other years, you pay on 28 February."
COUNTED = "Each payment covers the accounts you have at that time."


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("terms", "verb"),
    [
        (TERMS, "Subscribe for $19.00 a month"),
        (replace(TERMS, frequency="yearly"), "Subscribe for $19.00 a year"),
        (replace(TERMS, frequency="weekly"), "Subscribe for $19.00 a week"),
        (replace(TERMS, frequency="daily"), "Subscribe for $19.00 a day"),
        (replace(TERMS, interval=3), "Subscribe for $19.00 every 3 months"),
        (replace(TERMS, interval=12), "Subscribe for $19.00 every year"),
        (TEAM, "Subscribe for $95.00 a month"),
        (TRIAL, "Start 14-day trial"),
        (replace(TRIAL, trial_days=1), "Start 1-day trial"),
        (replace(TRIAL, trial_seconds=9 * 86_400), "Start 9-day trial"),
        (replace(TRIAL, trial_seconds=9 * 86_400 + 1), "Start trial"),
        (replace(TRIAL, trial_seconds=0), "Subscribe for $19.00 a month"),
        (replace(TERMS, test=True), "Start test subscription"),
        (replace(TRIAL, test=True), "Start trial as a test"),
    ],
)
def test_the_button_of_a_subscription(terms, verb):
    assert name_subscription(terms) == verb


def test_the_button_of_a_payment():
    assert name_payment("$37.50", test=False) == "Pay $37.50"
    assert name_payment("$37.50", test=True) == "Make a test payment"


@pytest.mark.parametrize(
    ("language", "verbs"),
    [
        ("de", ["Für $19.00 im Monat abonnieren", "14 Tage kostenlos testen"]),
        ("es", ["Suscribirse por $19.00 al mes", "Iniciar prueba de 14 días"]),
        ("pl", ["Subskrybuj za $19.00 miesięcznie", "Rozpocznij 14-dniowy okres próbny"]),
        ("ar", ["الاشتراك مقابل $19.00 شهريًا", "بدء فترة تجريبية من 14 يومًا"]),
    ],
)
def test_the_button_speaks_the_language_of_the_buyer(language, verbs):
    with translation.override(language):
        assert [name_subscription(TERMS), name_subscription(TRIAL)] == verbs


@pytest.mark.parametrize(("starts", "label"), [(True, "Due today"), (False, "Due on activation")])
def test_a_payment_is_due_today_only_if_accepting_starts_it(starts, label):
    dues = describe_single(total="$2.00", parts="", starts=starts)
    assert dues == ([DueLine(label, "$2.00")], ["One-time payment. It does not renew."])
    assert describe_recurrent(replace(TERMS, starts=starts), today=at("2026-11-20")).lines == [
        DueLine(label, "$19.00"),
        DueLine("Then", "every month"),
    ]


@pytest.mark.parametrize(
    ("terms", "today", "lines", "notes"),
    [
        (TRIAL, "2026-11-20", ["Due today $0.00", "From 4 December 2026 $19.00 every month"], []),
        (
            replace(TRIAL, trial_seconds=3_600),
            "2026-11-20",
            ["Due now $0.00", "From 20 November 2026 $19.00 every month"],
            [],
        ),
        (replace(TRIAL, trial_days=41), "2026-11-20", None, [LAST_DAY]),
        (
            replace(TERMS, interval=12),
            "2028-02-29",
            ["Due on activation $19.00", "Then every year"],
            [OTHER_YEARS],
        ),
        (replace(TERMS, interval=3), "2027-01-29", None, []),
        (TERMS, "2027-01-29", None, [LAST_DAY]),
        (
            replace(TERMS, frequency="weekly"),
            "2027-01-31",
            ["Due on activation $19.00", "Then every week"],
            [],
        ),
        (
            TEAM,
            "2026-11-20",
            [f"Due on activation $95.00 5 accounts {TIMES} $19.00", "Then every month"],
            [COUNTED],
        ),
        (
            replace(TEAM, trial_days=14),
            "2026-11-20",
            ["Due today $0.00", f"From 4 December 2026 $95.00 every month 5 accounts {TIMES} $19.00"],
            [COUNTED],
        ),
    ],
)
def test_what_is_due_when(terms, today, lines, notes):
    dues = describe_recurrent(terms, today=at(today))
    assert dues.notes == notes
    assert lines in (None, [" ".join(filter(None, line)) for line in dues.lines])


def test_days_that_differ_from_those_of_billing_are_remarked_on():
    with timezone.override(ZoneInfo("Asia/Kolkata")):
        dues = describe_recurrent(TRIAL, today=at("2026-11-20T23:30"))
    assert dues.lines[1].label == "From 5 December 2026"
    assert dues.notes == ["Payment days are counted in UTC."]


def test_a_total_of_one_piece_has_no_parts():
    assert write_parts(price="$1.00", count=1, per_account=False) == ""
    assert write_parts(price="$1.00", count=2, per_account=False) == f"2 {TIMES} $1.00"
    assert write_parts(price="$1.00", count=1, per_account=True) == f"1 account {TIMES} $1.00"
