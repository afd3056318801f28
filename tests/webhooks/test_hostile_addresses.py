"""No URL leads a delivery into our own network: not when it is entered, and not when it is called."""

import socket

import pytest

from core.errors import InvalidField
from core.urls import LOOPBACK
from webhooks.addresses import check_url, is_public
from webhooks.transport import post

pytestmark = pytest.mark.rules
# Refused as they are, whatever a resolver makes of them.
HOSTILE_URLS = [
    "http://app.example/hooks",
    "https://app.example:22/",
    "https://app.example:80/",
    "https://app.example:0/",
    "https://app.example:99999/",
    "https://app.example:x/",
    "https://user@app.example/",
    "https://user:password@app.example/",
    "https://app.example\\@127.0.0.1/",
    "https://127.0.0.1\\@app.example/",
    "https://app.example /",
    "https://app.example\r\nHost: x/",
    "https://app.example/a b",
    "https://ex\u00e4mple.example/",
    "https://app.example\u3002evil.example/",
    "https://\u2460\u2461\u2466.0.0.1/",
    "https:///hooks",
    "https:app.example",
    "//app.example/",
    "app.example",
    "",
    "gopher://app.example/",
    "file:///etc/passwd",
    "ftp://app.example/",
    "unix:///run/postgresql",
    "javascript:alert(1)",
    "https://localhost/",
    "https://localhost./",
    "https://LOCALHOST/",
    "https://app.localhost/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://metadata/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://0/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://2130706433/",
    "https://017700000001/",
    "https://0177.0.0.1/",
    "https://127.0.0.1./",
    "https://127.0.0.1%00.app.example/",
    "https://[::]/",
    "https://[::1]/",
    "https://[::127.0.0.1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[fe80::1%25eth0]/",
    "https://[fe80::1]/",
    "https://[fc00::1]/",
    "https://[fd00:ec2::254]/",
    "https://[ff02::1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[64:ff9b:1::a00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[2001:0:7f00:1::]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://100.100.100.200/",
    "https://198.18.0.1/",
    "https://192.0.0.192/",
    "https://192.88.99.1/",
    "https://224.0.0.1/",
    "https://240.0.0.1/",
    "https://255.255.255.255/",
    "https://0.0.0.0/",
    f"https://app.example/{'a' * 500}",
    "https://app.example/4242424242424242",
]
# What a name may turn out to be.
HOSTILE_ADDRESSES = [
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "10.1.2.3", "172.31.255.255", "192.168.0.1"),
    *("169.254.169.254", "100.64.0.1", "198.19.255.255", "192.0.0.170", "203.0.113.1", "224.0.0.251"),
    *("::1", "::", "::127.0.0.1", "::ffff:10.0.0.1", "::ffff:127.0.0.1", "fe80::1", "fd00::1"),
    *("64:ff9b::a00:1", "2002:a00:1::1", "2001::1", "ff02::1", "5f00::1", "3fff::1", "100::1"),
]


@pytest.fixture
def open_server(settings):
    settings.IS_LOCAL = False


def resolve_to(monkeypatch, *answers: str) -> list[str]:
    """Let names lead to these addresses in turn; return the list of names that were looked up."""
    left, asked, real = list(answers), [], socket.getaddrinfo

    def look_up(host, port, *args, **kwargs):
        if host.endswith(".example"):
            asked.append(host)
            host = left.pop(0) if len(left) > 1 else left[0]
        return real(host, port, *args, **kwargs)

    monkeypatch.setattr("socket.getaddrinfo", look_up)
    return asked


def refuse_connections(monkeypatch) -> list[str]:
    """Let no connection be made; return the list of addresses that were to be connected to."""
    tried = []

    def connect(self, address):
        tried.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr("socket.socket.connect", connect)
    return tried


@pytest.mark.usefixtures("open_server")
@pytest.mark.parametrize("url", HOSTILE_URLS)
def test_a_hostile_url_is_refused_when_it_is_entered_and_when_it_is_called(monkeypatch, url):
    tried = refuse_connections(monkeypatch)
    with pytest.raises(InvalidField) as refusal:
        check_url(url)
    assert refusal.value.field == "url"
    assert post(url, b"{}", {}).trouble.startswith("the URL ")
    assert tried == []


@pytest.mark.usefixtures("open_server")
@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_a_name_that_leads_into_our_network_is_not_called(monkeypatch, address):
    asked, tried = resolve_to(monkeypatch, address), refuse_connections(monkeypatch)
    answer = post("https://app.example/hooks", b"{}", {})
    assert answer.trouble == "the address is not on the public internet"
    assert (asked, tried) == (["app.example"], [])


@pytest.mark.usefixtures("open_server")
def test_a_name_is_looked_up_once_and_the_checked_address_is_called(monkeypatch):
    asked = resolve_to(monkeypatch, "93.184.215.14", "127.0.0.1")
    tried = refuse_connections(monkeypatch)
    assert post("https://app.example/hooks", b"{}", {}).trouble == "the connection failed"
    assert (asked, tried) == (["app.example"], ["93.184.215.14"])


@pytest.mark.usefixtures("open_server")
@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_a_proxy_of_the_environment_is_not_used(monkeypatch, variable):
    monkeypatch.setenv(variable, "http://127.0.0.1:3128")
    resolve_to(monkeypatch, "93.184.215.14")
    tried = refuse_connections(monkeypatch)
    post("https://app.example/hooks", b"{}", {})
    assert tried == ["93.184.215.14"]


@pytest.mark.usefixtures("open_server")
@pytest.mark.parametrize(
    "url",
    [
        "https://app.example",
        "https://app.example/hooks?tenant=1&key=%41",
        "https://xn--exmple-cua.example:8443/",
        "https://app.example:443/",
        "https://93.184.215.14/",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
    ],
)
def test_an_ordinary_url_is_accepted(url):
    assert check_url(url) == url


@pytest.mark.usefixtures("open_server")
@pytest.mark.parametrize("host", sorted(LOOPBACK - {"::1"}))
def test_this_machine_is_called_only_by_a_server_for_this_machine(settings, host):
    with pytest.raises(InvalidField):
        check_url(f"http://{host}:3000/hooks")
    settings.IS_LOCAL = True
    assert check_url(f"http://{host}:3000/hooks")


def test_there_are_sixty_of_them():
    assert len({*HOSTILE_URLS}) >= 60


def test_the_gap_of_the_package_is_closed():
    assert not is_public("::127.0.0.1")
    assert is_public("93.184.215.14")
