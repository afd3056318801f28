"""What docs/deployment.md says of PgBouncer follows from deploy/pgbouncer/pgbouncer.ini."""

from configparser import ConfigParser

from tests.deploy.dockerfile import ROOT

WORDS = {5: "five", 10: "ten"}


def test_the_page_says_how_long_old_connections_stay():
    """PgBouncer waits between two that are too old: the last of a full pool goes after twice their time."""
    file = ConfigParser(comment_prefixes=(";",), inline_comment_prefixes=None)
    file.read(ROOT / "deploy" / "pgbouncer" / "pgbouncer.ini")
    lifetime, size = (int(file["pgbouncer"][name]) for name in ("server_lifetime", "default_pool_size"))
    page = " ".join((ROOT / "docs" / "deployment.md").read_text().split())
    assert f"`server_lifetime`, {WORDS[lifetime // 60]} minutes" in page
    assert f"only one of a full pool every {lifetime // size} seconds" in page
    assert f"after about {WORDS[2 * lifetime // 60]} minutes" in page
