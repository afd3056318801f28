"""Which papers are taken, what they are given out as, and under which name."""

import pytest

from ledger.corrections.attachments import PLAIN, Attachment, check_attachment, check_name

pytestmark = pytest.mark.rules


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.4", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a;b\r\n1;2 €".encode(), PLAIN),
        (b"<script>alert(1)</script>", PLAIN),
    ],
)
def test_a_paper_is_what_its_content_says(content, media_type):
    assert check_attachment(Attachment("evil.html", content)) == media_type


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("letter.pdf", "letter.pdf"),
        ('../../etc/pass"wd\r\nX: y', "pass_wd_X_ y"),
        ("C:\\papers\\Größe 🧾.pdf", "Gr_e _.pdf"),
        ("...", "attachment"),
        ("", "attachment"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_paper_gets_a_name_that_does_no_harm(name, kept):
    assert check_name(Attachment(name, b"x")) == kept
