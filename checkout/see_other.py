"""Answers that send a browser on."""

from django.http import HttpResponseRedirect


class SeeOther(HttpResponseRedirect):
    """Go on with a GET, whatever the request was."""

    status_code = 303

    def __init__(self, redirect_to: str) -> None:
        super().__init__(redirect_to)
        self["Location"] = redirect_to  # Django would escape what stands in a seller's address unescaped.
