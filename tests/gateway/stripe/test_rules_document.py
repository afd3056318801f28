"""The check of the stand-in against Stripe's document notices what is wrong."""

from tests.gateway.stripe_document import find_troubles, find_wrong_fields
from tests.gateway.stripe_stand_in.service import Reply, Request

CUSTOMER = {"id": "cus_1", "object": "customer", "created": 1, "livemode": False}


def test_an_object_as_published_is_right():
    assert [*find_wrong_fields(CUSTOMER)] == []


def test_what_is_invented_missing_or_of_another_type_is_noticed():
    for wrong in ({"invented": 1}, {"created": "yesterday"}, {"livemode": None}):
        assert [*find_wrong_fields(CUSTOMER | wrong)] != []
    assert [*find_wrong_fields({"id": "re_1", "object": "refund"})] != []


def test_objects_in_lists_and_errors_are_looked_at():
    assert [*find_wrong_fields({"object": "list", "data": [CUSTOMER | {"invented": 1}]})] != []
    assert [*find_wrong_fields({"error": {"type": "of our own"}})] != []


def test_parameters_that_stripe_does_not_know_are_noticed():
    for form in ("invented=1", "amount=much&currency=usd", "amount=5&currency=usd&metadata=x", "amount=5"):
        assert [*find_troubles(Request("POST", "/v1/payment_intents", form), Reply(200, ""))] != []
    right = "amount=5&currency=usd&metadata[attempt]=x&payment_method_types[0]=card"
    assert [*find_troubles(Request("POST", "/v1/payment_intents", right), Reply(200, ""))] == []
    assert [*find_troubles(Request("POST", "/v1/of_our_own", ""), Reply(200, ""))] != []
