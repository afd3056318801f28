"""A buyer's browser that is led to another web host with each request, as behind a balancer."""

import http.client
import re
from collections.abc import Mapping
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode

NAME = "127.0.0.1"  # What the server is called, whichever host answers.
FORM = "application/x-www-form-urlencoded"


class Browser:
    """Keeps cookies and the hidden fields of the last page."""

    def __init__(self, port: int) -> None:
        self._port, self._cookies = port, SimpleCookie()
        self._hidden: dict[str, str] = {}

    def open(self, host: str, path: str) -> int:
        """Get a page from a host and return its status."""
        return self._send(host, "GET", path, None)

    def submit(self, host: str, path: str, fields: Mapping[str, str]) -> int:
        """Send the form of the last page, with its hidden fields, to a host and return the status."""
        return self._send(host, "POST", path, urlencode(self._hidden | dict(fields)))

    def _send(self, host: str, method: str, path: str, body: str | None) -> int:
        cookies = "; ".join(f"{name}={cookie.value}" for name, cookie in self._cookies.items())
        headers = {"Host": NAME, "Cookie": cookies, "Accept": "text/html", "Content-Type": FORM}
        headers["Sec-Fetch-Site"] = "same-origin"
        client = http.client.HTTPConnection(host, self._port, timeout=30)
        try:
            client.request(method, path, body, headers)
            answer = client.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                self._cookies.load(cookie)
            self._hidden = _read_hidden(answer.read().decode())
            return answer.status
        finally:
            client.close()


def _read_hidden(page: str) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in fields}
