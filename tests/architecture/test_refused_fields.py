"""A refusal about a field names a parameter of the service that was called; doors have names of their own."""

import ast
import inspect
import pkgutil
import textwrap
import typing
from collections.abc import Callable, Iterator
from importlib import import_module
from types import FunctionType
from typing import Any

import pytest

import access
import charges.processor
import charges.requests
import customers
import subscriptions.lifecycle
from charges.requests.direct import create_charge
from core.errors import InvalidField
from customers.contact_fields import check_reference
from subscriptions.lifecycle.cancel import cancel_subscription
from subscriptions.lifecycle.create import create_subscription

PACKAGES = (access, charges.processor, charges.requests, customers, subscriptions.lifecycle)
MODULES = ("charges.consent", "ledger.receivables", "ledger.reversal", "subscriptions.plans")
OURS = ("access", "charges", "core", "customers", "gateway", "ledger", "subscriptions")
# The engine works on rows that were checked when they were made.
ENGINE = ("charges.collection", "subscriptions.renewal")
# What a service chooses itself when it calls another one.
OF_SIGN_UPS = {"organization_name", "country"}
OWN_VALUES = {
    "pay_with_instrument": {"payment_option", "code"},
    "confirm_sign_up": OF_SIGN_UPS,
    "approve_sign_up": OF_SIGN_UPS,
}


def list_services() -> Iterator[Callable[..., Any]]:
    """Every public function of the modules with services."""
    for package in PACKAGES:
        for found in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            if not found.ispkg:
                yield from list_functions(found.name)
    for name in MODULES:
        yield from list_functions(name)


def list_functions(module: str) -> Iterator[Callable[..., Any]]:
    for name, value in vars(import_module(module)).items():
        is_own = inspect.isfunction(value) and value.__module__ == module
        if is_own and not name.startswith("_") and "field" not in inspect.signature(value).parameters:
            yield value


def name_parameters(service: Callable[..., Any]) -> set[str]:
    """The parameters of a function, and the keys of typed dicts among them."""
    names = set(inspect.signature(service).parameters)
    for hint in typing.get_type_hints(inspect.unwrap(service)).values():
        names |= name_keys(hint)
    return names


def name_keys(hint: Any) -> set[str]:
    inner = [key for argument in typing.get_args(hint) for key in name_keys(argument)]
    return {*inner, *(typing.get_type_hints(hint) if typing.is_typeddict(hint) else ())}


def find_fields(function: Callable[..., Any], above: tuple[Any, ...] = ()) -> set[str]:
    """The fields that refusals name in a function and in all of ours that it calls, as far as one can see.

    A literal that is passed as the parameter `field` counts: InvalidField has it, and so has check_text.
    """
    function = inspect.unwrap(getattr(function, "__func__", function))
    if function in above or not isinstance(function, FunctionType):
        return set()
    found: set[str] = set()
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    caught = set(list_caught(tree))
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and call not in caught:
            target = resolve(call.func, function)
            found |= read_field(call, target)
            if is_ours(target) and not target.__module__.startswith(ENGINE):
                found |= find_fields(target, (*above, function)) - list_defaults_used(call, target)
    return found


def list_caught(tree: ast.AST) -> Iterator[ast.AST]:
    """What is tried where a refusal about a field is caught, and another one made of it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and any("InvalidField" in ast.dump(each) for each in node.handlers):
            yield from (inner for statement in node.body for inner in ast.walk(statement))


def resolve(name: ast.expr, function: FunctionType) -> Any:
    """What is called: a function, a class method, the constructor of a refusal."""
    if isinstance(name, ast.Attribute):
        if isinstance(name.value, ast.Call) and ast.unparse(name) == "super().__init__":
            return InvalidField.__init__
        return getattr(resolve(name.value, function), name.attr, None)
    called = function.__globals__.get(name.id) if isinstance(name, ast.Name) else None
    is_refusal = isinstance(called, type) and issubclass(called, InvalidField)
    return called.__init__ if is_refusal else called


def list_defaults_used(call: ast.Call, target: Any) -> set[str]:
    """The parameters that a call leaves at their defaults: nothing is wrong with those."""
    given = {keyword.arg for keyword in call.keywords}
    if None in given:  # **fields may hold any of them.
        return set()
    parameters = list(inspect.signature(target).parameters.values())[len(call.args) :]
    return {each.name for each in parameters if each.default is not each.empty} - given


def is_ours(target: Any) -> bool:
    is_function = inspect.isroutine(target) and target.__module__ is not None
    return is_function and target.__module__.partition(".")[0] in OURS


def read_field(call: ast.Call, target: Any) -> set[str]:
    if not is_ours(target):
        return set()
    places = [name for name in inspect.signature(target).parameters if name != "self"]
    if "field" not in places:
        return set()
    given = {keyword.arg: keyword.value for keyword in call.keywords} | dict(zip(places, call.args))  # noqa: B905
    value = given.get("field")
    return {value.value} if isinstance(value, ast.Constant) else set()


SERVICES = list(list_services())


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.__qualname__)
def test_a_refusal_names_a_parameter_of_the_service(service):
    own = OWN_VALUES.get(service.__name__, set())
    assert find_fields(service) - own <= name_parameters(service)


@pytest.mark.parametrize(
    ("service", "some"),
    [
        (create_charge, {"name", "price_minor", "quantity", "return_url", "order_client_id"}),
        (create_subscription, {"name", "price_minor", "interval", "length", "starts_at", "plan", "note"}),
        (cancel_subscription, {"refund_minor", "effective_on", "reason"}),
    ],
)
def test_the_test_above_sees_what_is_refused_further_down(service, some):
    assert some <= find_fields(service)


def test_the_test_above_would_tell():
    def wrong(*, reference: str) -> None:
        check_reference("processor_reference", reference)

    assert find_fields(wrong) - name_parameters(wrong) == {"processor_reference"}
