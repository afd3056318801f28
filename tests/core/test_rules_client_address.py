"""The client's address is the one that the outermost trusted proxy saw."""

import ipaddress
from collections import namedtuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.client_address import choose_address, group_address, is_on_this_machine

HttpRequestLike = namedtuple("HttpRequestLike", "META")
PROXY, CLIENT, SPOOFED = "10.0.0.9", "198.51.100.7", "203.0.113.66"


@pytest.mark.parametrize(
    ("forwarded_for", "proxies", "expected"),
    [
        ("", 0, PROXY),
        (CLIENT, 0, PROXY),
        ("", 1, PROXY),
        (CLIENT, 1, CLIENT),
        (f"{SPOOFED}, {CLIENT}", 1, CLIENT),
        (f"{SPOOFED},{CLIENT} , 10.0.0.1", 2, CLIENT),
        (f"{CLIENT}:4711", 1, CLIENT),
        ("[2001:db8::1]:4711", 1, "2001:db8::1"),
        ("2001:DB8:0::1", 1, "2001:db8::1"),
        (f"::ffff:{CLIENT}", 1, CLIENT),
        ('"[2001:db8::1]"', 1, "2001:db8::1"),
        ("fe80::1%eth0", 1, "fe80::1"),
        ("unknown", 1, PROXY),
        ("_hidden", 1, PROXY),
        (", ,", 2, PROXY),
        ("1.2.3", 1, PROXY),
    ],
)
def test_only_what_trusted_proxies_added_counts(forwarded_for, proxies, expected):
    assert choose_address(peer=PROXY, forwarded_for=forwarded_for, proxies=proxies) == expected


def test_fewer_entries_than_proxies_is_the_first_of_them():
    assert choose_address(peer=PROXY, forwarded_for=CLIENT, proxies=3) == CLIENT


@given(st.text(max_size=200), st.text(max_size=60), st.integers(0, 10))
def test_any_text_gives_an_address_or_nothing(forwarded_for, peer, proxies):
    address = choose_address(peer=peer, forwarded_for=forwarded_for, proxies=proxies)
    assert address == "" or ipaddress.ip_address(address)
    assert isinstance(group_address(address), str)


@given(st.lists(st.ip_addresses(v=4).map(str), max_size=5), st.ip_addresses().map(str))
def test_a_client_cannot_choose_its_address(spoofed, seen_by_the_proxy):
    headers = ", ".join([*spoofed, seen_by_the_proxy])
    honest = choose_address(peer=PROXY, forwarded_for=seen_by_the_proxy, proxies=1)
    assert choose_address(peer=PROXY, forwarded_for=headers, proxies=1) == honest


@pytest.mark.parametrize(
    ("address", "group"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("", ""),
    ],
)
def test_a_limit_counts_the_network_of_an_ipv6_address(address, group):
    assert group_address(address) == group


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, True),
        ({"REMOTE_ADDR": "127.3.2.1"}, True),
        ({"REMOTE_ADDR": "::1"}, True),
        ({"REMOTE_ADDR": "::ffff:127.0.0.1"}, True),
        ({"REMOTE_ADDR": "192.168.1.4"}, False),
        ({"REMOTE_ADDR": ""}, False),
        ({}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=127.0.0.1"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_REAL_IP": "127.0.0.1"}, False),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_VIA": "1.1 proxy"}, False),
    ],
)
def test_a_proxy_on_this_machine_is_not_this_machine(environ, expected):
    assert is_on_this_machine(HttpRequestLike(environ)) is expected
