"""Names and addresses of any kind make a mail that is safe, or none."""

import pytest
from django.core.mail import EmailMessage

from core.mail_layout import MAX_SUBJECT, make_message, put_on_one_line, write_letter
from mail.send import send_due
from tests.mail.steps import fetch, queue_some

TEMPLATE = "mail/subscription_cancelled.html"
NASTY = "A\r\nBcc: all@everybody.example\u2028<script>alert(1)</script> {{ secret }} \u202eevil"


def write(**words) -> EmailMessage:
    letter = write_letter(TEMPLATE, words, language="en")
    return make_message(letter, to="bo@buyer.example", headers={})


def test_a_break_in_a_name_starts_no_header():
    message = write(name=NASTY, buyer=NASTY).message()
    assert message["Bcc"] is None
    assert message.get_all("To") == ["bo@buyer.example"]
    assert message["Subject"].count("\n") == message["Subject"].count("\n ")


def test_markup_is_shown_as_it_is():
    message = write(name="<script>alert(1)</script>", buyer="Tom & Jerry")
    [(html, _)] = message.alternatives
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "Tom &amp; Jerry" in html
    assert "<script>alert(1)</script> of Tom & Jerry" in message.body


@pytest.mark.parametrize(
    "name", ["x" * 255, "\N{WOMAN}\u200d\N{PERSONAL COMPUTER}" * 80, "ج" * 255, "\0\x1b[31m"]
)
def test_long_and_odd_names_fit(name):
    message = write(name=name, buyer=name)
    assert len(message.subject) <= MAX_SUBJECT
    assert message.message().as_bytes()


@pytest.mark.parametrize(
    ("text", "line"), [(" a\t\r\n b ", "a b"), ("\u200b\n", ""), ("é" * 300, "é" * 199 + "…")]
)
def test_a_subject_is_one_line(text, line):
    assert put_on_one_line(text) == line


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("a\nBcc: b@c.example", "failed"),
        ("a@b.example\r\n", "failed"),
        ("d'arcy+bills@buyer.example", "sent"),
        ('"a b"@buyer.example', "sent"),
        ("j\u00f6rg@b\u00fccher.example", "sent"),
        ("x" * 200 + "@b.example", "sent"),
    ],
)
def test_an_odd_address_is_mailed_or_given_up_and_holds_up_no_other(server, address, status):
    [odd] = queue_some(to=address)
    other = queue_some()[-1]
    send_due()
    assert (fetch(odd).name_status(), fetch(other).name_status()) == (status, "sent")
    assert all(mail["Bcc"] is None for mail in server.mails)
