"""Finds the security checks in the syntax tree of a module, and how each is taken out."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field

from mutants import security_words as words

LOOK_UPS = frozenset({"filter", "get", "Q", "get_object_or_404"})


@dataclass(frozen=True, slots=True)
class Removal:
    """The text of a node, and what is written before and after it to take the check out."""

    kind: str
    place: str
    in_function: bool
    node: ast.expr | ast.keyword
    before: str
    after: str


@dataclass
class Finder(ast.NodeVisitor):
    """Walks through a module and collects its checks."""

    module: str
    found: list[Removal] = field(default_factory=list)
    _names: list[str] = field(default_factory=list)
    _functions: int = 0

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Look at what decorates a class and what stands in it."""
        self._enter(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Look at what decorates a function and what stands in it."""
        self._enter(node)

    def visit_If(self, node: ast.If) -> None:
        """Find the condition under which somebody is kept out."""
        if _is_refused(node) and not _is_about_none(node.test):
            self._add("refusal", node.test, "False and (")
        self.generic_visit(node)

    def visit_Expr(self, node: ast.Expr) -> None:
        """Find a call that does nothing but refuse."""
        name = _name_of(node.value)
        if (
            isinstance(node.value, ast.Call)
            and words.GUARDS.match(name)
            and not words.OTHER_GUARDS.match(name)
        ):
            self._add("guard", node.value, "False and (")
        self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> None:
        """Find the answer of what says who may, unless it is everybody, and the limits of a view."""
        function, said = self._names[-1] if self._names else "", node.value
        if said is not None and function.startswith("has_") and function.endswith("_permission"):
            if not _is_true(said):
                self._add("permission", said, "True or (")
        elif said is not None and function == "get_throttles":
            self._add("limit", said, "[] and (")
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Find comparisons, addresses, permissions and look-ups."""
        name = _name_of(node)
        if name in words.COMPARISONS:
            self._add("comparison", node, "True or (")
        elif name in words.ADDRESSES:
            self._add("address", node, "True or (", enclosed=True)
        elif name == "has_perm" and not self._says_who_may():
            self._add("permission", node, "True or (", enclosed=True)
        elif name in LOOK_UPS and words.ASKED_IN.match(self.module):
            self._find_tenants(node.keywords)
        self._find_switches(node.keywords)
        self.generic_visit(node)

    def visit_List(self, node: ast.List) -> None:
        """Find what stands between all requests and the views."""
        for item in node.elts:
            if isinstance(item, ast.Constant) and item.value in words.MIDDLEWARE:
                self._add("middleware", item, "*[][:0 and ", after="]")
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        """Find the forms that ask for the second factor."""
        if [_name_of(target) for target in node.targets] == ["form_needs_factor"] and _is_true(node.value):
            self._add("second factor", node.value, "False and (")
        self.generic_visit(node)

    def _enter(self, node: ast.ClassDef | ast.FunctionDef) -> None:
        self._names.append(node.name)
        for decorator in node.decorator_list:
            self._find_decorator(decorator)
            self.visit(decorator)
        self._functions += isinstance(node, ast.FunctionDef)
        for part in node.body:
            self.visit(part)
        self._functions -= isinstance(node, ast.FunctionDef)
        self._names.pop()

    def _find_decorator(self, decorator: ast.expr) -> None:
        """Find the role that a page needs, the log-in, and what is exempt from Django's check of forms."""
        name = _name_of(decorator)
        if name == "for_billing_role":
            self._add("role", decorator, "__import__('checkout.own_account').own_account.for_account or (")
        elif name == "for_console" and isinstance(decorator, ast.Call) and decorator.args:
            self._add("role", decorator, "for_console() or (")
        elif name in ("log_in_first", "csrf_exempt"):
            self._add("role" if name == "log_in_first" else "CSRF", decorator, "(lambda view: view) or (")

    def _find_tenants(self, keywords: Iterable[ast.keyword]) -> None:
        for keyword in keywords:
            if (
                keyword.arg
                and words.TENANT.match(keyword.arg)
                and not isinstance(keyword.value, ast.Constant)
            ):
                self._add("tenant", keyword, "**({} or False and dict(", after=") or {})")

    def _find_switches(self, keywords: Iterable[ast.keyword]) -> None:
        for keyword in keywords:
            if keyword.arg == "needs_factor" and _is_true(keyword.value):
                self._add("second factor", keyword.value, "False and (")
            elif keyword.arg == "permissions" and isinstance(keyword.value, ast.List):
                self._add("button", keyword.value, "None and (")

    def _says_who_may(self) -> bool:
        return bool(self._names) and self._names[-1].startswith("has_")

    def _add(
        self,
        kind: str,
        node: ast.expr | ast.keyword,
        before: str,
        *,
        after: str = ")",
        enclosed: bool = False,
    ) -> None:
        before, after = (f"({before}", f"{after})") if enclosed else (before, after)
        place = ".".join(self._names) or "top"
        self.found.append(Removal(kind, place, self._functions > 0, node, before, after))


def _is_refused(node: ast.If) -> bool:
    last = node.body[-1]
    if isinstance(last, ast.Raise) and last.exc is not None:
        return any(_name_of(each) in words.REFUSALS for each in _options(last.exc))
    return isinstance(last, ast.Return) and last.value is not None and _name_of(last.value) in words.REFUSING


def _options(raised: ast.expr) -> list[ast.expr]:
    raised = raised.func if isinstance(raised, ast.Call) else raised
    return [raised.body, raised.orelse] if isinstance(raised, ast.IfExp) else [raised]


def _is_about_none(test: ast.expr) -> bool:
    """Say whether it only asks for a row that is not there: without it nothing is let in, but fails."""
    return (
        isinstance(test, ast.Compare)
        and isinstance(test.ops[0], ast.Is)
        and isinstance(test.comparators[0], ast.Constant)
        and test.comparators[0].value is None
    )


def _is_true(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is True


def _name_of(node: ast.expr) -> str:
    if isinstance(node, ast.Call):
        return _name_of(node.func)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
