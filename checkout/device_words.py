"""The device of a session in words, as far as its browser names itself."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

# The first name that is found counts: browsers name themselves after others.
BROWSERS: Mapping[str, str] = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser": "Samsung Internet",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS: Mapping[str, str] = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


def name_device(agent: str) -> str:
    """Return browser and system, such as "Firefox on Windows", from the header User-Agent."""
    browser, system = _find(BROWSERS, agent), _find(SYSTEMS, agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A device that does not name itself")


def _find(names: Mapping[str, str], agent: str) -> str:
    return next((name for token, name in names.items() if token in agent), "")
