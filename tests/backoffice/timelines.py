"""Reading timelines, shared by their tests."""

from tests.backoffice.test_admin_lists import address


def open_timeline(browser, row):
    """The page of the timeline of a row."""
    page = browser.get(address(type(row), "change", row.pk).replace("/change/", "/timeline/"))
    assert page.status_code == 200
    return page


def lines(browser, row):
    """What the lines of a timeline say, and the whole page."""
    page = open_timeline(browser, row)
    return [line.what for line in page.context["lines"]], page.content.decode()


def details(browser, row):
    """What the lines of a timeline say, each with its details."""
    found = {}
    for line in open_timeline(browser, row).context["lines"]:
        found.setdefault(line.what, []).append(line.detail)
    return found
