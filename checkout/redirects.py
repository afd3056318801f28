"""Answers that send a browser on."""

from django.http import HttpResponseRedirect


class SeeOther(HttpResponseRedirect):
    """Go on with a GET, whatever the request was."""

    status_code = 303
