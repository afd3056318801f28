"""What the page promises about payments, for a table of terms."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from checkout.durations import describe_period
from checkout.schedule_text import RecurrentTerms, describe_schedule

pytestmark = pytest.mark.rules

TERMS = RecurrentTerms("$19.00", "$19.00", None, "monthly", 1)


def day(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(hour=23, minute=59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("frequency", "interval", "words"),
    [
        ("monthly", 1, "every month"),
        ("monthly", 3, "every 3 months"),
        ("monthly", 12, "every year"),
        ("monthly", 18, "every 18 months"),
        ("monthly", 24, "every 2 years"),
        ("yearly", 1, "every year"),
        ("weekly", 1, "every week"),
        ("weekly", 2, "every 2 weeks"),
        ("daily", 1, "every day"),
        ("daily", 10, "every 10 days"),
    ],
)
def test_a_period_in_words(frequency, interval, words):
    assert describe_period(frequency, interval) == words


@pytest.mark.parametrize(
    ("today", "trial_days", "months", "sentence"),
    [
        ("2026-11-20", 14, 1, "4 December 2026, then on the 4th of every month until you cancel."),
        ("2026-11-30", 1, 1, "1 December 2026, then on the 1st of every month until you cancel."),
        ("2026-11-20", 1, 3, "21 November 2026, then on the 21st every 3 months until you cancel."),
        ("2026-11-21", 1, 12, "22 November 2026, then on 22 November every year until you cancel."),
        ("2026-11-22", 1, 24, "23 November 2026, then on 23 November every 2 years until you cancel."),
        ("2027-01-27", 1, 1, "28 January 2027, then on the 28th of every month until you cancel."),
        (
            "2027-01-28",
            1,
            1,
            "29 January 2027, then on the 29th of every month (in shorter months on the last day)"
            " until you cancel.",
        ),
        (
            "2027-01-29",
            1,
            1,
            "30 January 2027, then on the 30th of every month (in shorter months on the last day)"
            " until you cancel.",
        ),
        (
            "2027-01-30",
            1,
            3,
            "31 January 2027, then on the 31st every 3 months (in shorter months on the last day)"
            " until you cancel.",
        ),
        ("2027-01-28", 1, 3, "29 January 2027, then on the 29th every 3 months until you cancel."),
        ("2027-01-30", 1, 12, "31 January 2027, then on 31 January every year until you cancel."),
        (
            "2028-02-28",
            1,
            12,
            "29 February 2028, then on 29 February every year (in other years on 28 February)"
            " until you cancel.",
        ),
    ],
)
def test_the_first_payment_names_its_day_and_those_after_it(today, trial_days, months, sentence):
    terms, anchor = replace(TERMS, interval=months), day(today) + timedelta(days=trial_days)
    said = describe_schedule(terms, first_at=anchor, anchor_at=anchor)
    assert said == f"First payment: $19.00 on {sentence}"


@pytest.mark.parametrize("frequency", ["daily", "weekly"])
def test_days_and_weeks_know_no_month_end(frequency):
    terms, anchor = replace(TERMS, frequency=frequency, interval=2), day("2027-01-31")
    unit = {"daily": "days", "weekly": "weeks"}[frequency]
    assert describe_schedule(terms, first_at=anchor, anchor_at=anchor) == (
        f"First payment: $19.00 on 31 January 2027, then every 2 {unit} until you cancel."
    )


def test_accounts_are_counted_as_they_are_today():
    terms = replace(TERMS, total="$95.00", accounts=5)
    assert describe_schedule(terms, first_at=day("2026-12-04"), anchor_at=day("2026-12-04")).startswith(
        "First payment: $95.00 (5 \N{MULTIPLICATION SIGN} $19.00) on 4 December 2026,"
    )


def test_a_test_charges_nobody():
    for is_first, words in ((True, "First test payment: $19.00"), (False, "Next test payment: $19.00")):
        anchor = day("2026-11-20")
        terms = replace(TERMS, test=True)
        said = describe_schedule(terms, first_at=anchor, anchor_at=anchor, is_first=is_first)
        assert said.startswith(words)


def test_a_later_payment_keeps_to_the_day_on_which_it_all_began():
    sentence = describe_schedule(
        TERMS, first_at=day("2027-02-28"), anchor_at=day("2027-01-31"), is_first=False
    )
    assert sentence == (
        "Next payment: $19.00 on 28 February 2027, then on the 31st of every month"
        " (in shorter months on the last day) until you cancel."
    )
