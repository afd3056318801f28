"""Reading lists as clients do."""

import re

from tests.dialects.text.world import call


def ids(response):
    assert response.status_code == 200, response.content
    return [item["id"] for item in response.json()["result"]]


def next_path(response):
    link = re.fullmatch(r'<http://testserver(/[^>]+)>; rel="next"', response.headers.get("Link", ""))
    return link and link[1]


def follow(path, token):
    """Read a list to its end by its Link headers."""
    while path:
        response = call("GET", path, token)
        yield ids(response)
        path = next_path(response)
