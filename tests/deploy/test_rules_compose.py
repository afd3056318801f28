"""What compose.yml says, and whether .env.example and the README say the same."""

import re

import pytest

from billing_site import settings, settings_addresses
from billing_site.settings_readers import Environment
from tests.deploy import compose
from tests.deploy.dockerfile import ROOT
from tests.deploy.documented import read_programs

PASSWORDS = ("POSTGRES_PASSWORD", "OWNER_PASSWORD", "SERVER_PASSWORD", "REDIS_PASSWORD", "SECRET_KEY")
GIVEN = {name: f"{name.lower()}-{'x' * 50}" for name in PASSWORDS} | {
    "DOMAIN": "billing.example",
    "DEPLOYMENT": "eu-1",
}
SERVICES = compose.read_services(GIVEN)
OURS = [name for name, service in SERVICES.items() if "build" in service]
# Of compose.yml itself; all others are settings.
OWN = {"DOMAIN", "VERSION", "WEB_WORKERS", "WORKER_PROCESSES", *PASSWORDS[:4]}
# These are of the image, of `make run`, or not for a production.
NOT_PASSED = {"HASHED_ASSETS", "SANDBOX_BOOKS", "HOST", "PORT", "LOG_FILE", "DEBUG"}
FOR_ONE_SHOTS = {"DATABASE_OWNER_URL", "DATABASE_ADMIN_URL"}


def read_example() -> set[str]:
    return set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def test_every_program_of_the_readme_runs_with_the_command_of_the_readme():
    commands = {name: SERVICES[name]["command"] for name in OURS if name != "roles"}
    assert commands["web"][-2:] == ["--bind", "0.0.0.0:8000"]
    assert commands | {"web": commands["web"][:-2]} == read_programs()


def test_every_setting_reaches_every_program():
    raw = compose.read_raw()["services"]
    for name in OURS:
        assert (
            raw[name]["environment"].keys() - FOR_ONE_SHOTS == settings.env.names - NOT_PASSED - FOR_ONE_SHOTS
        )


def test_only_the_one_shots_have_passwords_of_other_roles():
    for name in OURS:
        seen = {word for word in ("POSTGRES", "OWNER") if f"{word.lower()}_password" in str(SERVICES[name])}
        assert seen == {"roles": {"POSTGRES", "OWNER"}, "migrate": {"OWNER"}}.get(name, set())


@pytest.mark.parametrize("name", sorted(OWN - {"VERSION", "WEB_WORKERS", "WORKER_PROCESSES"}))
def test_it_does_not_start_without_what_has_no_default(name):
    with pytest.raises(KeyError, match=name):
        compose.read_services({key: value for key, value in GIVEN.items() if key != name})


def test_the_example_asks_for_all_of_that_and_knows_every_variable():
    asked = {name for name in read_example() if f"\n{name}=" in (ROOT / ".env.example").read_text()}
    assert asked == {*GIVEN}
    assert read_example() <= compose.list_variables() | OWN
    assert compose.list_variables() - OWN <= settings.env.names


def test_every_variable_of_traces_is_read_and_named_in_the_example():
    page = (ROOT / "docs" / "operations.md").read_text()
    read = {name for name in settings.env.names if name.startswith("OTEL_")}
    assert {*re.findall(r"\bOTEL_[A-Z_]+", page)} == read <= read_example()


def test_neither_file_has_a_secret():
    assert (
        re.findall(r"^#?\w*(?:KEY|PASSWORD|SECRET|TOKEN)\w*=(.+)$", (ROOT / ".env.example").read_text(), re.M)
        == []
    )
    given = [value for service in SERVICES.values() for value in service["environment"].values()] + [
        word for service in SERVICES.values() for word in service.get("command", ())
    ]
    assert [
        value for value in given if re.search("password", str(value)) and "x" * 50 not in str(value)
    ] == []


def test_no_list_of_processes_shows_a_password():
    lines = [f"{each.get('command')} {each.get('healthcheck')}" for each in SERVICES.values()]
    assert [line for line in lines if any(GIVEN[name] in line for name in PASSWORDS)] == []


def test_every_base_has_an_exact_version():
    images = [service["image"] for service in SERVICES.values() if "build" not in service]
    assert [image for image in images if not re.search(r":v?\d+\.\d+(\.\d+)?(-\w+)?$", image)] == []


def test_our_programs_may_change_nothing_and_become_nobody_else():
    for name in OURS:
        service = SERVICES[name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "ports" not in service


def test_only_the_proxy_is_open_to_the_world():
    opened = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert opened["mailbox"] == ["127.0.0.1:8025:8025"]
    assert opened.keys() == {"caddy", "mailbox"}


def test_what_waits_for_what():
    waits = {name: service.get("depends_on", {}) for name, service in SERVICES.items()}
    assert waits["roles"] == {"db": {"condition": "service_healthy"}}
    assert waits["migrate"] == {"roles": {"condition": "service_completed_successfully"}}
    for name in set(OURS) - {"roles", "migrate"}:
        assert waits[name]["migrate"] == {"condition": "service_completed_successfully"}
    assert waits["caddy"] == {"web": {"condition": "service_healthy"}}


def test_the_mail_catcher_is_for_the_profile_mail_and_its_address_is_a_mail_server():
    assert SERVICES["mailbox"]["profiles"] == ["mail"]
    (address,) = set(re.findall(r"EMAIL_URL=(\S+:\d+)", (ROOT / ".env.example").read_text()))
    read = settings_addresses.read_mail_server(Environment({"EMAIL_URL": address}), "EMAIL_URL")
    assert (read["EMAIL_HOST"], read["EMAIL_PORT"]) == ("mailbox", 1025)
