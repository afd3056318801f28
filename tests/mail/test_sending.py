"""Mails go out once, whatever the mail server does."""

from datetime import timedelta

import pytest

from core import clock
from mail.compose import compose_mail
from mail.models import Mail
from mail.outcomes import NotTaken, Sent
from mail.queue import LEASE, take_next
from mail.record import record_outcome
from mail.schedule import DELAYS
from mail.send import send_due
from tests.mail.steps import fetch, later, queue_some
from tests.money import run_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_workers_at_once_send_each_mail_once(server, settings):
    settings.MAILS_AT_ONCE, settings.EMAIL_TIMEOUT = 3, 10
    queue_some(20)
    assert sum(run_at_once(*[send_due] * 4)) == 20
    assert len(server.ids) == len(set(server.ids)) == 20
    assert {mail.name_status() for mail in Mail.objects.all()} == {"sent"}


def test_one_line_carries_many_mails(server):
    queue_some(5)
    send_due()
    assert (len(server.mails), server.connections) == (5, 1)


def test_a_mail_has_both_parts_and_says_that_a_program_wrote_it(server):
    [mail] = queue_some()
    send_due()
    [got] = server.mails
    assert got["Message-ID"] == f"<{mail.public_id.hex}.0@marketplace.example>"
    assert (got["To"], got["From"]) == ("kim@marketplace.example", "billing@marketplace.example")
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in got.iter_parts()] == ["text/plain", "text/html"]


def test_a_server_that_is_away_is_no_failure_of_a_mail(server, settings):
    settings.EMAIL_PORT = 9
    [mail, other] = queue_some(2)
    assert send_due() == 1  # Nobody else tries.
    assert "ConnectionRefusedError" in fetch(mail).trouble
    assert (fetch(mail).failures, fetch(other).tries) == (0, 0)
    settings.EMAIL_PORT = server.port
    assert send_due() == 1
    with later(minutes=1):
        assert send_due() == 1
    assert (len(server.mails), fetch(mail).name_status(), fetch(mail).trouble) == (2, "sent", "")


@pytest.mark.parametrize("command", ["CONNECT", "EHLO"])
@pytest.mark.parametrize("behaviour", ["hang", "drop", "421 too busy"])
def test_a_server_that_lets_nobody_in_is_away(server, command, behaviour):
    server.answers[command] = [behaviour]
    if command == "EHLO":
        server.answers["HELO"] = [behaviour]
    [mail] = queue_some()
    send_due()
    assert fetch(mail).due_at > clock.now()
    assert (fetch(mail).failures, server.mails) == (0, [])


@pytest.mark.parametrize("command", ["RCPT", "DATA", "DOT"])
@pytest.mark.parametrize("behaviour", ["hang", "drop", "451 try later"])
def test_what_fails_on_the_way_is_tried_again_under_the_same_id(server, command, behaviour):
    server.answers[command] = [behaviour, "354 go on" if command == "DATA" else "250 taken"]
    if command == "DOT":
        server.answers[command].insert(0, behaviour)  # It is asked for twice.
    [mail] = queue_some()
    send_due()
    assert fetch(mail).failures == 1
    assert send_due() == 0
    with later(seconds=DELAYS[0] * 1.2):
        send_due()
    assert fetch(mail).name_status() == "sent"
    assert set(server.ids) == {f"<{mail.public_id.hex}.0@marketplace.example>"}


@pytest.mark.parametrize("command", ["RCPT", "DOT"])
def test_what_is_refused_for_good_is_given_up_and_the_next_goes_on(server, command):
    refusal, usual = "550 5.1.1 nobody here", "250 taken"
    server.answers[command] = [refusal, usual] if command == "RCPT" else [refusal, refusal, usual]
    first, second = queue_some(2)
    send_due()
    assert (fetch(first).name_status(), fetch(second).name_status()) == ("failed", "sent")
    assert "550 5.1.1 nobody here" in fetch(first).trouble


def test_a_mail_that_is_never_taken_is_given_up_after_three_days(server):
    server.answers["RCPT"] = ["451 try later"]
    [mail] = queue_some()
    begun = now = clock.now()
    while fetch(mail).due_at is not None:
        now = max(now, fetch(mail).due_at)
        with clock.travel_to(now):
            send_due()
    assert fetch(mail).failures == len(DELAYS) + 1
    assert timedelta(days=2.4) < now - begun < timedelta(days=4)


def test_what_a_killed_sender_had_is_sent_again_when_its_lease_ends(server):
    [mail] = queue_some()
    lost = take_next()
    assert take_next() is None
    assert send_due() == 0
    with clock.travel_to(clock.now() + LEASE):
        assert send_due() == 1
    record_outcome(lost, NotTaken("late"))  # The late failure of the one that was given up counts no more.
    assert (fetch(mail).name_status(), fetch(mail).tries, fetch(mail).failures) == ("sent", 2, 0)


def test_a_late_success_counts():
    [mail] = queue_some()
    lost = take_next()
    with clock.travel_to(clock.now() + LEASE):
        again = take_next()
    record_outcome(lost, Sent())
    record_outcome(again, NotTaken("no"))
    assert fetch(mail).name_status() == "sent"


def test_a_mail_that_cannot_be_written_holds_up_no_other(server, monkeypatch):
    first, second = queue_some(2)
    Mail.objects.filter(pk=first.pk).update(tries=5)

    def fail_for_the_first(mail):
        if mail.tries == 6:
            raise KeyError("facts")
        return compose_mail(mail)

    monkeypatch.setattr("mail.send.compose_mail", fail_for_the_first)
    send_due()
    assert (fetch(first).failures, fetch(second).name_status()) == (1, "sent")
