"""Clients such as lc-sdk-python name the statuses of both kinds of charges for either list."""

import pytest

from tests.dialects.text.world import call

DIRECT = ("/v1/direct_charge", "/v2/direct_charge/livechat", "/v3/direct_charge/livechat")
RECURRENT = ("/v1/recurrent_charge", "/v2/recurrent_charge/livechat", "/v3/recurrent_charge/livechat")
ONLY_DIRECT = ("processed", "success", "failed")
ONLY_RECURRENT = ("active", "past_due", "frozen", "cancelled")


OF_THE_OTHER_KIND = [(path, status) for path in DIRECT for status in ONLY_RECURRENT]
OF_THE_OTHER_KIND += [(path, status) for path in RECURRENT for status in ONLY_DIRECT]


def test_a_status_of_the_other_kind_finds_nothing(world):
    world.charge("success")
    world.subscription("active")
    for path, status in OF_THE_OTHER_KIND:
        answer = call("GET", f"{path}?status={status}", world.token())
        assert (answer.status_code, answer.json()) == (200, {"result": []}), (path, status)


@pytest.mark.parametrize("path", [*DIRECT, *RECURRENT])
@pytest.mark.parametrize("status", ["paid", "expired", "trial", ""])
def test_a_status_of_neither_kind_is_refused(world, path, status):
    answer = call("GET", f"{path}?status={status}", world.token())
    assert answer.status_code == 400
    assert answer.json()["error"]["details"]["status"].startswith("must be one of ")
