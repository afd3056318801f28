"""Terms have one spelling and one fingerprint."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from approvals.terms import hash_terms, write_terms

pytestmark = pytest.mark.rules
VALUES = st.none() | st.booleans() | st.integers() | st.text()


def test_the_order_of_names_does_not_matter():
    assert write_terms({"b": 1, "a": [True, None]}) == write_terms({"a": [True, None], "b": 1})


def test_other_terms_have_another_fingerprint():
    prints = [hash_terms(write_terms(terms)) for terms in ({"a": 1}, {"a": "1"}, {"a": 2}, {"b": 1}, {})]
    assert len(set(prints)) == len(prints)


@given(st.dictionaries(st.text(), VALUES))
def test_the_fingerprint_is_of_the_values_alone(terms):
    backwards = dict(reversed(terms.items()))
    assert hash_terms(write_terms(terms)) == hash_terms(write_terms(backwards))


@pytest.mark.parametrize("value", [1.0, float("nan"), [1.5], {"x": {"y": 0.1}}, {1, 2}, b"1"])
def test_what_has_more_than_one_spelling_is_no_term(value):
    with pytest.raises(TypeError):
        write_terms({"amount_minor": value})
