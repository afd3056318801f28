"""One visit of a page that looks at everything a page of ours must be; it tells what is wrong."""

from collections.abc import Iterator

from playwright.sync_api import Page

from tests.browser.accessibility import run_axe_in_both

DESKTOP, SMALL = {"width": 1_280, "height": 900}, {"width": 320, "height": 640}
# What only a script could make work, or what a keyboard reaches in another order than is read.
NEEDS_SCRIPT_OR_MOUSE = """() => [...document.querySelectorAll(
  "main *"
)].filter(each =>
  each.matches("a, [tabindex]:not([tabindex='0']):not([tabindex='-1'])") && !each.matches("a[href]")
  || each.matches("button:not(.copy)") && !(each.form && each.type === "submit")
  || [...each.attributes].some(attribute => attribute.name.startsWith("on"))
).map(each => each.outerHTML.slice(0, 200))"""


def visit(page: Page, address: str, name: str) -> Iterator[str]:
    """Open a page and yield what is wrong with it, for eyes in both colour schemes, keyboard and phone."""
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(DESKTOP)
    page.goto(address)
    yield from find_faults(page, name)


def find_faults(page: Page, name: str) -> Iterator[str]:
    """Yield what is wrong with a page that is open on a desktop in light; leaves it dark and small."""
    yield from (f"{name}: {report}" for report in find_violations(page))
    page.keyboard.press("Tab")
    is_first = page.evaluate("document.activeElement.className") == "skip"
    if not is_first and not page.locator("[autofocus]").count():
        yield f"{name}: the keyboard does not come to the link to the content first"
    if needing := page.evaluate(NEEDS_SCRIPT_OR_MOUSE):
        yield f"{name}: not to be used without a script, or by keys: {needing}"
    page.set_viewport_size(SMALL)
    for direction in ("rtl", "ltr"):
        page.evaluate(f"document.documentElement.dir = '{direction}'")
        if page.evaluate("document.documentElement.scrollWidth") > SMALL["width"]:
            yield f"{name}: wider than a very small screen, {direction}"
    if page.locator("h1").count() != 1:
        yield f"{name}: not one h1"
    if page.locator("html").get_attribute("lang") != "en":
        yield f"{name}: not in English"


def find_violations(page: Page) -> Iterator[str]:
    """Yield the reports of axe, in light and for contrast in dark."""
    found = run_axe_in_both(page)
    yield from (result.generate_report() for result in found if result.violations_count)
