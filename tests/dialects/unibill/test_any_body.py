"""A body of any fields is answered like any other request."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dialects.unibill.actions import ACTIONS
from operations.factories import MerchantFactory
from tests.dialects.unibill.shop import CARD, Shop
from tests.dialects.unibill.test_nonsense import KEYS, is_answer
from tests.dialects.unibill.test_tenants import write_path

pytestmark = pytest.mark.slow


class AnyBody(TestCase):
    """Bodies that are hardly ever right."""

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.sampled_from(ACTIONS), st.dictionaries(st.text(max_size=8), st.text(max_size=20) | st.integers())
    )
    def test_any_object_is_answered(self, action, said):
        shop = Shop(MerchantFactory(), username="api-any")
        ids = {"customer_id": shop.put("customers", firstName="A", lastName="B")["id"]}
        path = f"{write_path(action.resource, action.on, dict.fromkeys(KEYS, '1') | ids)}/~{action.name}"
        assert is_answer(shop.send(action.method, path, json.dumps(said | CARD), "application/json"))
