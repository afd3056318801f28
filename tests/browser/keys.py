"""A page that is used by the keyboard alone."""

from playwright.sync_api import Locator

MOST_STOPS = 200  # Links, fields and buttons of a page.
HAS_FOCUS = "element => element === document.activeElement"


def tab_to(target: Locator) -> None:
    """Go on with Tab until something has the focus. Raises AssertionError where Tab never gets to it."""
    for _ in range(MOST_STOPS):
        if target.evaluate(HAS_FOCUS):
            return
        target.page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {target}")


def press_enter(target: Locator, key: str = "Enter") -> None:
    """Go to something and press a key, Enter unless another is named."""
    tab_to(target)
    target.page.keyboard.press(key)


def type_into(target: Locator, text: str) -> None:
    """Go to a field and type."""
    tab_to(target)
    target.page.keyboard.type(text)
