"""The story of the demo: who is in it, and when."""

from operations.demo_history.story import BUYERS, DAYS, SELLERS, STORY


def test_three_sellers_and_ten_buyers_act_within_six_months():
    assert (len(SELLERS), len(BUYERS)) == (3, 10)
    assert {act.buyer for act in STORY if hasattr(act, "buyer")} == BUYERS.keys()
    assert {act.app for act in STORY if hasattr(act, "app")} == SELLERS.keys()
    assert all(0 <= act.day < DAYS for act in STORY)


def test_all_but_the_demos_own_names_are_plainly_made_up():
    assert all(tenant.email.endswith(".example") for tenant in (*BUYERS.values(), *SELLERS.values()))
