"""What a request at an API made or changed: the public id in its path, or else in its answer."""

import re
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from core.billy_guids import INVOICE, KINDS, read_guid

READS = ("GET", "HEAD")
PLAIN = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
GUIDS = (*KINDS, INVOICE)
GUID = f"(?:{'|'.join(GUIDS)})[1-9A-Za-z]{{10,22}}"
IN_PATH = re.compile(f"/({PLAIN}|{GUID})(?=/|$)")
# The id of the one object of an answer, before any list or object in it.
IN_ANSWER = re.compile(rf'\{{[^\[{{]{{0,2000}}?"(?:id|guid)": ?"({PLAIN}|{GUID})"'.encode())


def find_object(request: HttpRequest, response: HttpResponseBase) -> UUID | None:
    """Return the public id of what a request made or changed, also in Billy's form.

    None for what only reads or did not succeed, and where nothing is named: UniBill's requests name customers
    and subscriptions by numbers of its own.
    """
    # A refused request may name what is not theirs: its form is checked before that is looked up.
    if request.method in READS or not 200 <= response.status_code < 300:
        return None
    if named := IN_PATH.search(request.path_info):
        return _read(named[1])
    made = IN_ANSWER.match(getattr(response, "content", b""))
    return _read(made[1].decode()) if made else None


def _read(text: str) -> UUID | None:
    try:
        return read_guid(text, *GUIDS) if text[:2] in GUIDS else UUID(text)
    except ValueError:
        return None
