"""Files that show why something is booked by hand: which are taken, and what they are."""

import hashlib
import re
from typing import NamedTuple

from core.errors import InvalidField
from core.texts import check_text

MAX_ATTACHMENT = 2 * 2**20
MAX_NAME = 120
# By how a file begins, and never by what it is called: nothing that a browser would run is taken.
BEGINNINGS = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
PLAIN = "text/plain; charset=utf-8"
UNSAFE = re.compile(r"[^\w.\- ]+", re.ASCII)


class Attachment(NamedTuple):
    """A file as it was handed in."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The fingerprint of its content."""
        return hashlib.sha256(self.content).hexdigest()


def check_attachment(attachment: Attachment) -> str:
    """Return the media type of a file. Raises InvalidField for one that is empty, too large or of another."""
    size = len(attachment.content)
    if not 0 < size <= MAX_ATTACHMENT:
        raise InvalidField("attachment", f"must have between 1 and {MAX_ATTACHMENT} bytes")
    for beginning, media_type in BEGINNINGS.items():
        if attachment.content.startswith(beginning):
            return media_type
    if not _is_text(attachment.content):
        raise InvalidField("attachment", "must be a PDF, a PNG or JPEG image, or plain text such as CSV")
    return PLAIN


def check_name(attachment: Attachment) -> str:
    """Return the name under which a file is given out again. Raises InvalidField."""
    name = UNSAFE.sub("_", attachment.name.replace("\\", "/").rpartition("/")[2]).strip(" .")
    return check_text("attachment", name[-MAX_NAME:] or "attachment", MAX_NAME)


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter in "\r\n\t" for letter in text)
