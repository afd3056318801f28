"""A test lies where its subject lies."""

from tests.architecture.sources import PACKAGES, ROOT

ACROSS_PACKAGES = {"architecture", "browser", "charges/model", "hostile", "hostile/documents"}
ACROSS_PACKAGES |= {"migrations", "who_may_what"}


def test_every_package_has_a_folder_of_tests():
    assert [package for package in PACKAGES if not list((ROOT / "tests" / package).rglob("test_*.py"))] == []


def test_every_folder_of_tests_is_named_after_a_package():
    folders = {path.parent.relative_to(ROOT / "tests") for path in ROOT.glob("tests/*/**/test_*.py")}
    assert {str(folder) for folder in folders if not (ROOT / folder).is_dir()} == ACROSS_PACKAGES
