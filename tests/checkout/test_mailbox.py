"""The mailbox shows mails to whoever tries the server on a machine of their own, and to nobody else."""

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from mail.mailbox import KEPT, MailboxBackend, list_kept_mails

NASTY = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _mailbox(settings, tmp_path):
    settings.MAILBOX_DIR, settings.HAS_MAILBOX = tmp_path / "mailbox", True


def send(subject="Receipt", text="Hello", html="<p>Hello</p>") -> None:
    message = EmailMultiAlternatives(subject, text, to=["bo@buyer.example"])
    message.attach_alternative(html, "text/html")
    MailboxBackend().send_messages([message])


def get(path: str, **said):
    return Client(**said).get(path)


def test_mails_are_listed_newest_first_and_shown(capsys):
    send("First")
    send(f"Second {NASTY}", text=f"Words {NASTY}")
    assert "mail to bo@buyer.example: First (http://127.0.0.1:8000/mailbox/)" in capsys.readouterr().out
    page = get("/mailbox/").content.decode()
    assert page.index("Second") < page.index("First")
    assert NASTY not in page
    [second, _] = list_kept_mails()
    assert "Words &lt;script&gt;" in get(f"/mailbox/{second.name}/").content.decode()
    answer = get(f"/mailbox/{second.name}/html/")
    assert b"<p>Hello</p>" in answer.content
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]


def test_an_empty_mailbox_says_so():
    assert "There is none yet." in get("/mailbox/").content.decode()


def test_only_the_newest_are_kept(monkeypatch):
    monkeypatch.setattr("mail.mailbox.KEPT", 2)
    for number in range(4):
        send(f"Number {number}")
    assert [kept.message["Subject"] for kept in list_kept_mails()] == ["Number 3", "Number 2"]
    assert KEPT == 200


@pytest.mark.parametrize("name", ["nothing", "..%2f..%2fsettings", "x" * 300])
def test_there_is_no_other_file(name):
    send()
    assert get(f"/mailbox/{name}/").status_code == 404


def test_where_mails_go_out_or_others_ask_there_is_no_mailbox(settings):
    send()
    assert get("/mailbox/", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert get("/mailbox/", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    settings.HAS_MAILBOX = False
    [kept] = list_kept_mails()
    for path in ("/mailbox/", f"/mailbox/{kept.name}/", f"/mailbox/{kept.name}/html/"):
        assert get(path).status_code == 404
