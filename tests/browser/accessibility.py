"""What axe finds on a page, in light and in dark."""

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

CONTRAST = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}

# The admin looks which scheme it is when it loads, and then keeps to its class.
GO_DARK = "document.documentElement.classList.add('dark')"


def run_axe_in_both(page: Page) -> list[AxeResults]:
    """Leave the page in dark. Of the colours only the contrast can be another there."""
    page.emulate_media(color_scheme="light")
    in_light = Axe().run(page)
    page.emulate_media(color_scheme="dark")
    page.evaluate(GO_DARK)
    # Without its script: it is in the page from the first run.
    return [in_light, Axe("null").run(page, options=CONTRAST)]
