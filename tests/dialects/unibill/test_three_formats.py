"""One request is one result, in whatever encoding it comes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from dialects.unibill.actions import ACTIONS
from dialects.unibill.xml import NOT_IN_XML
from operations.factories import MerchantFactory
from tests.dialects.unibill.rows import count_rows, read_new_rows
from tests.dialects.unibill.shop import CARD, JOHN, STANDARD, TYPES, Shop, write

texts = st.text(max_size=12).filter(lambda text: not NOT_IN_XML.search(text))
amounts = st.sampled_from(["1", "1999", "0", "-1", "99999999", "100000000", "19.99", "", "x", "1e3"])
days = st.sampled_from(["2035-01-01", "2020-01-01", "2035-02-30", "", "x"])
values = {
    "code": st.sampled_from(["a", "b-1", "", "a b", "é"]),
    "firstName": texts,
    "lastName": texts,
    "email": st.sampled_from(["a@b.example", "a@", ""]),
    "name": texts,
    "note": texts,
    "amount": amounts,
    "length": st.sampled_from(["1", "3", "36", "37", "0", "x"]),
    "type": st.sampled_from(["P", "F", "RI", "RC", "AP", "BC", "VC", "RR", "X", ""]),
    "isActive": st.sampled_from(["true", "false", "1", "0", "yes", ""]),
    "billingCycleType": st.sampled_from(["W", "M", "Q", "S", "A", "x"]),
    "planId": st.sampled_from(["*standard_monthly", "standard_monthly", "*x", "0", ""]),
    "firstBillingDate": days,
    "dueDate": days,
    "accountNumber": st.sampled_from(["4111111111111111", "4099999992", "4000000000009995", "12", ""]),
    "accountAccessory": st.sampled_from(["0432", "021000021", "0422", "", "x"]),
    "csc": st.sampled_from(["999", "", "12345"]),
    "state": texts,
}
VALID = {
    "plan": {"name": "Gold", "amount": "1999"},
    "customer": JOHN,
    "payment-option": CARD,
    "subscription": {"amount": "1999"},
    "transaction": {"type": "RI", "amount": "1999"},
}
changes = st.lists(st.sampled_from(sorted(values)), max_size=3, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: values[name] for name in names})
)
writing = st.sampled_from([each for each in ACTIONS if each.method == "PUT"])


@pytest.mark.slow
class ThreeFormats(TestCase):
    """Each encoding is sent by a merchant of its own, so that all start from the same."""

    statuses: set[int] = set()

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(writing, changes)
    def test_three_encodings_of_one_request_give_one_result(self, action, fields):
        results = [self.send(how, action, fields) for how in TYPES]
        assert results[1:] == results[:1] * 2

    @classmethod
    def tearDownClass(cls):
        """Both kinds of answers were among them."""
        super().tearDownClass()
        assert cls.statuses >= {200, 400}

    def send(self, how, action, fields):
        merchant = MerchantFactory()
        shop = Shop(merchant, username=f"api-{merchant.pk}")
        shop.put("plans", **STANDARD)
        at = shop.add_customer(code="someone")
        before = count_rows()
        path = (f"{at}/" if action.resource.within else "") + action.resource.plural
        body = write(VALID[action.resource.element] | fields, action.resource.element, how)
        response = shop.send(action.method, path, body, TYPES[how], Accept="application/json")
        refusal = response.json() if response.status_code != 200 else None
        self.statuses.add(response.status_code)
        return response.status_code, refusal, read_new_rows(before)
