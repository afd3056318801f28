"""A window of the admin for each role, which counts the clicks of daily work."""

from django.contrib.auth.models import Group
from django.test import Client

from operations.factories import UserFactory


class Clicks:
    """The window of one role; each link, button, row, tick and Enter is a click, typing is none."""

    def __init__(self, page, home):
        self.page, self.home, self.count = page, home, 0

    def begin(self):
        self.page.goto(f"{self.home}/admin/")
        self.count = 0

    def follow(self, target):
        self.count += 1
        with self.page.expect_navigation():
            target.click()

    def link(self, *names):
        for name in names:
            self.follow(self.page.get_by_role("link", name=name, exact=True).first)

    def open(self, menu):
        self.count += 1
        self.page.locator("summary", has_text=menu).click()

    def concern(self, name):
        """Something on the first page that needs a look."""
        self.follow(self.page.locator("main a", has_text=name).first)

    def row(self, words=""):
        """The page of the first row of a list that shows these words."""
        link = self.page.locator("th a, td a")
        rows = self.page.locator("#result_list tr").filter(has=link).filter(has_text=words)
        self.follow(rows.first.locator(link).first)

    def press(self, name, **typed):
        self.type(
            **({"reason": "Agreed on the phone."} if self.page.locator("#id_reason:visible").count() else {})
            | typed
        )
        self.follow(self.page.get_by_role("button", name=name, exact=True).first)

    def type(self, **typed):
        for name, text in typed.items():
            self.page.fill(f"#id_{name}", text)

    def tick(self, name):
        self.count += 1
        self.page.get_by_label(name, exact=True).check(force=True)

    def choose(self, name, **option):
        self.count += 1
        self.page.select_option(f"#id_{name}", **option)

    def search(self, term, found):
        self.page.get_by_role("searchbox", name="Search everything").first.fill(term)
        self.count += 1
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.follow(self.page.locator("main").get_by_role("link", name=found).first)

    def save(self, name):
        self.count += 1
        with self.page.expect_download() as saved:
            self.page.get_by_role("link", name=name).first.click()
        return saved.value.path().read_bytes()

    def sees(self, words):
        self.page.get_by_text(words).first.wait_for()

    def read(self, target):
        """The text of a part of the page, a locator or its selector, as one line."""
        part = self.page.locator(target) if isinstance(target, str) else target
        return " ".join(part.inner_text().split())

    def figure(self, title):
        """The value of a tile of money on the first page."""
        tile = self.page.locator("div.tile").filter(has=self.page.get_by_text(title, exact=True))
        return tile.locator(".tile-value").inner_text()

    def choose_found(self, field, words):
        """Look a row up in a box of choices."""
        self.count += 2
        self.page.locator(f".field-{field} .select2-selection").click()
        self.page.keyboard.type(words)
        self.page.locator(".select2-results__option", has_text=words).first.click()


def join(role):
    """Somebody of the staff who has a role."""
    person = UserFactory(username=role.lower(), staff=True)
    person.groups.add(Group.objects.get(name=role))
    return person


def let_in(person, page, home):
    """Log somebody in with the password, and return the page."""
    client = Client()
    client.force_login(person)
    page.context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": home}])
    return page


def log_in_as(role, page, home):
    """Log somebody in who has a role, and return the page."""
    return let_in(join(role), page, home)
