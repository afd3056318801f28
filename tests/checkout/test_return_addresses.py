"""Return addresses: which are trusted, and how the answer is appended."""

import pytest

from charges.requests.limits import add_to_query, check_return_url
from checkout.return_target import find_way_back
from core.errors import InvalidField
from operations.factories import CallerFactory, ChargeFactory
from tests.desk import link, press, reload, text_of

REGISTERED = ["https://seller.example", "https://seller.example:8443"]
FINE = [
    "https://seller.example",
    "https://seller.example/",
    "https://seller.example/back?order=7&x=%0d%0a#part",
    "https://seller.example:443/back",
    "https://SELLER.example/back",
    "HTTPS://seller.example/back",
    "https://seller.example:8443/back",
    "https://seller.example/%2f%2fevil.example",
    "https://seller.example//evil.example",
    "http://localhost/back",
    "http://localhost:3000/back",
    "http://127.0.0.1:3000/back",
    "http://[::1]:3000/back",
]
HOSTILE = [
    "",
    " ",
    "/",
    "/back",
    "back",
    "?id=1",
    "#",
    "//seller.example",
    "//evil.example/back",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "https:\\\\evil.example",
    "https:seller.example",
    "https:/seller.example/back",
    "https://",
    "https://?seller.example",
    "https://#seller.example",
    "https://:443/back",
    "http://seller.example/back",
    "http://evil.example",
    "ftp://seller.example/back",
    "ws://seller.example/back",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "javascript://seller.example/%0aalert(1)",
    "java\nscript:alert(1)",
    "java\tscript:alert(1)",
    " javascript:alert(1)",
    "\x01javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD4=",
    "vbscript:msgbox(1)",
    "blob:https://seller.example/7",
    "about:blank",
    "view-source:https://seller.example",
    "mailto:a@seller.example",
    "intent://seller.example#Intent;end",
    "https://evil.example",
    "https://evil.example/https://seller.example",
    "https://evil.example?https://seller.example",
    "https://evil.example#https://seller.example",
    "https://seller.example.evil.example",
    "https://seller.exampleevil.example",
    "https://evilseller.example",
    "https://evil-seller.example",
    "https://sub.seller.example",
    "https://www.seller.example",
    "https://seller.example.",
    "https://seller.example..",
    "https://seller.example@evil.example",
    "https://seller.example:443@evil.example",
    "https://seller.example%40evil.example",
    "https://seller.example:pass@seller.example",
    "https://user@seller.example/back",
    "https://@seller.example/back",
    "https://seller.example\\@evil.example",
    "https://evil.example\\.seller.example",
    "https://evil.example\\@seller.example",
    "https://seller.example\t.evil.example",
    "https://seller.example\n.evil.example",
    "https://seller.example\r\nSet-Cookie: a=b",
    "https://seller.example/\r\nLocation: https://evil.example",
    "https://seller.example/\x00",
    "https://seller.example\x00.evil.example",
    "https://seller.example/ back",
    "https://seller.example /back",
    "\thttps://seller.example/back",
    "https://seller.example/\x7f",
    "h\ttps://seller.example",
    "https\x00://seller.example",
    "https://seller.example:444/back",
    "https://seller.example:80/back",
    "https://seller.example:0/back",
    "https://seller.example:99999/back",
    "https://seller.example:-1/back",
    "https://seller.example:port/back",
    "https://seller.example:8443:443/back",
    "https://seller.example;evil.example",
    "https://seller.example,evil.example",
    "https://seller.example%2eevil.example",
    "https://seller.example%00.evil.example",
    "https://seller.example&evil.example",
    "https://seller%2eexample/back",
    "https://seller\u3002example/back",
    "https://seller\uff0eexample/back",
    "https://\u0455eller.example/back",
    "https://seller.ex\u0430mple/back",
    "https://xn--eller-fye.example/back",
    "https://\uff53eller.example/back",
    "https://seller.example/ä",
    "https://seller.example\uff0f.evil.example",
    "https://seller.example\u2028.evil.example",
    "https://[::1]/back",
    "https://[::ffff:127.0.0.1]/back",
    "https://[seller.example]/back",
    "https://[::1",
    "https://]/",
    "https://127.0.0.1/back",
    "https://localhost/back",
    "https://2130706433/",
    "https://0x7f.1/",
    "http://localhost.evil.example/back",
    "http://localhost@evil.example/back",
    "http://localhost.:3000/back",
    "http://127.0.0.2/back",
    "http://127.1/back",
    "http://0.0.0.0/back",
    "http://2130706433/back",
    "http://[::]/back",
    "http://localhost\\@evil.example",
    "http:localhost",
    "https://*.seller.example/back",
    "https://*/back",
    "null",
    "https://seller.example/" + "a" * 2_000,
]


@pytest.mark.parametrize("url", FINE)
def test_a_registered_origin_and_the_developers_own_machine_are_fine(url):
    assert check_return_url(url, origins=REGISTERED) == url


@pytest.mark.slow
@pytest.mark.parametrize("url", HOSTILE)
def test_any_other_address_is_refused(url):
    with pytest.raises(InvalidField) as refusal:
        check_return_url(url, origins=REGISTERED)
    assert refusal.value.field == "return_url"


def test_there_are_enough_of_them():
    assert len(set(HOSTILE)) == len(HOSTILE) >= 80


def test_nothing_is_fine_when_nothing_is_registered():
    with pytest.raises(InvalidField):
        check_return_url("https://seller.example", origins=[])


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://s.example/b", "https://s.example/b?id=7&type=t"),
        ("https://s.example/b?id=evil&a=1&id=evil", "https://s.example/b?a=1&id=7&type=t"),
        ("https://s.example/b?%69d=evil", "https://s.example/b?id=7&type=t"),
        ("https://s.example/b?i%64=evil&type", "https://s.example/b?id=7&type=t"),
        ("https://s.example/b?x#id=evil", "https://s.example/b?x&id=7&type=t#id=evil"),
        ("https://s.example/b?", "https://s.example/b?id=7&type=t"),
    ],
)
def test_the_answer_is_set_in_the_query_and_cannot_be_overridden(url, expected):
    assert add_to_query(url, id="7", type="t") == expected


AS_THEY_ARE = [
    *("a=%E9", "a=%e9", "a=%0d%0aX", "a=%zz", "a=%", "a=%2B+%20", "caf\u00e9"),
    *("flag", "flag&other=", "=1", "a==b", "&", "a=1&&b=2", "a&", "?", "a?b=c/d:e@f"),
    *("a=1;b=2", ";", "next=https://other.example/x?id=1%26y=2", "a[]=1&a[]=2", "{a}|b^c`d", "'\"<>"),
    *("ID=1", "id2=1", "xid=1", "id%00=1", "id;x=1", "identity=id"),
]


@pytest.mark.slow
@pytest.mark.parametrize("query", AS_THEY_ARE)
@pytest.mark.parametrize("fragment", ["", "#", "#/route?id=1&type=x", "#a#b"])
def test_all_other_bytes_come_back_as_they_were(query, fragment):
    for base in ("https://s.example/b", "HTTPS://S.example:443/%7e//b;p", "https://s.example"):
        expected = f"{base}?{query}&id=7&type=t{fragment}"
        assert add_to_query(f"{base}?{query}{fragment}", id="7", type="t") == expected
        own = f"{base}?id=1&{query}&%74ype=x{fragment}"
        assert add_to_query(own, id="7", type="t") == expected
        assert add_to_query(f"{base}{fragment}", id="7") == f"{base}?id=7{fragment}"


@pytest.mark.parametrize(
    "tail", ["?a=%E9&flag&next=https://o.example/?x;y#/route", '?{"a"}|<b>^`#{x}', "?id=x&b#c"]
)
def test_a_browser_is_sent_to_the_address_as_the_seller_wrote_it(desk, tail):
    charge = ChargeFactory(
        caller=CallerFactory(account=desk.buyer, application=desk.app),
        return_url=f"https://seller.example/back{tail}",
    )
    query, _, fragment = tail.removeprefix("?id=x&").removeprefix("?").partition("#")
    location = press(desk.browser, charge, "accept")["Location"]
    assert location == (
        f"https://seller.example/back?{query}&id={charge.public_id}&type=direct_charge#{fragment}"
    )


def test_an_origin_taken_away_meanwhile_is_shown_and_not_followed(desk):
    desk.app.return_origins = ["https://elsewhere.example"]
    desk.app.save()
    answer = press(desk.browser, desk.charge, "accept")
    assert (answer.status_code, answer["Location"]) == (303, link(desk.charge))
    assert reload(desk.charge).status == "accepted"
    page = desk.browser.get(link(desk.charge))
    target = f"https://seller.example/back?id={desk.charge.public_id}&type=direct_charge"
    assert "This address is no longer registered for the app" in text_of(page)
    assert f'<a href="{target.replace("&", "&amp;")}" rel="noreferrer noopener">' in page.content.decode()
    assert "seller.example" not in page["Content-Security-Policy"]


def test_the_decision_page_does_not_promise_a_way_back_that_is_not_trusted(desk):
    desk.app.return_origins = []
    desk.app.save()
    assert "You get a link back to the app." in text_of(desk.browser.get(link(desk.charge)))


def test_an_address_that_is_no_address_is_not_even_a_link(desk):
    desk.charge.return_url = "javascript:alert(1)"
    back = find_way_back(desk.charge, id="7")
    assert (back.origin, back.is_trusted) == ("", False)


def test_an_ipv6_address_is_offered_as_a_link_because_a_policy_cannot_name_it(desk):
    charge = ChargeFactory(
        caller=CallerFactory(account=desk.buyer, application=desk.app), return_url="http://[::1]:3000/back"
    )
    assert press(desk.browser, charge, "decline")["Location"] == link(charge)
    assert b'href="http://[::1]:3000/back?id=' in desk.browser.get(link(charge)).content
