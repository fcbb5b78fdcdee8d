"""The small language of conditions and formulas (docs/municipality-pack.md): exact numbers, no surprises.

A text is parsed once by Python's own parser, looked at against a white list, and worked out by a walk over its tree.
Nothing of it is ever run as Python. An answer that is not there yet is None, and what needs it is None too.
"""

import ast
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, DecimalException, DivisionByZero, InvalidOperation, Overflow
from functools import lru_cache
from typing import Any

#: longer texts are not read
LONGEST = 500
#: numbers beyond are slips, not amounts
LARGEST = Decimal(10) ** 15
MOST_DECIMALS = 8

#: a number, text, date, list of texts or of rows, truth, or None: not known yet
Value = Any


class BadExpression(ValueError):
    """The text is not of this language, or its parts do not fit together; the message says which."""


@dataclass(frozen=True)
class Expression:
    """A text that was read: its tree and the names it needs."""

    text: str
    tree: ast.expr
    names: frozenset[str]


@dataclass(frozen=True)
class Scope:
    """What the names stand for, and the amount of a tariff by its code."""

    values: Mapping[str, Value]
    tariff: Callable[[str], Decimal | None] = lambda _code: None


_CONTEXT = Context(prec=34, traps=[DivisionByZero, InvalidOperation, Overflow])
_ARITHMETIC: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: _CONTEXT.add,
    ast.Sub: _CONTEXT.subtract,
    ast.Mult: _CONTEXT.multiply,
    ast.Div: _CONTEXT.divide,
}
_ORDER: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq, ast.In, ast.NotIn)
#: function → fewest and most arguments
FUNCTIONS = {
    "round": (1, 2),
    "min": (1, 20),
    "max": (1, 20),
    "sum": (2, 2),
    "count": (1, 1),
    "tariff": (1, 1),
    "days": (2, 2),
    "months": (2, 2),
}


@lru_cache(maxsize=2000)
def parse(text: str) -> Expression:
    """Read a condition or formula.

    :raises BadExpression: if it is not of the language.
    """
    if len(text) > LONGEST:
        raise BadExpression(f"it is longer than {LONGEST} characters")
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadExpression("it cannot be read") from None
    functions = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    names = set()
    for node in ast.walk(tree):
        _permit(node)
        if isinstance(node, ast.Name) and id(node) not in functions:
            names.add(node.id)
    return Expression(text, tree, frozenset(names))


def _permit(node: ast.AST) -> None:
    """:raises BadExpression: if the node is not on the white list."""
    if isinstance(node, ast.Call):
        return _permit_call(node)
    if isinstance(node, ast.Constant):
        return _permit_constant(node)
    if isinstance(node, ast.Compare) and len(node.ops) > 1:
        raise BadExpression("comparisons cannot be chained, join them with `and`")
    plain = (ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Name, ast.expr_context)
    marks = (ast.And, ast.Or, ast.Not, ast.USub, ast.Add, ast.Sub, ast.Mult, ast.Div, *_COMPARISONS)
    if not isinstance(node, (*plain, *marks)):
        raise BadExpression(f"{type(node).__name__.lower()} does not belong to the language")
    return None


def _permit_call(node: ast.Call) -> None:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in FUNCTIONS:
        raise BadExpression(f"there is no function {ast.unparse(node.func)}()")
    fewest, most = FUNCTIONS[name]
    if node.keywords or not fewest <= len(node.args) <= most:
        raise BadExpression(f"{name}() has other arguments")


def _permit_constant(node: ast.Constant) -> None:
    value = node.value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise BadExpression(f"{value!r} is neither a number nor a text")
    if not isinstance(value, str) and not abs(value) <= LARGEST:
        raise BadExpression("the number is too large")


def evaluate(expression: Expression, scope: Scope) -> Value:
    """What it comes to; None where an answer is missing or there is no result (a division by zero).

    :raises BadExpression: if its parts do not fit together (a text plus a number).
    """
    try:
        return _value(expression.tree, scope)
    except DecimalException:
        return None
    except TypeError:
        raise BadExpression(f"its parts do not fit together: {expression.text}") from None


def holds(expression: Expression | None, scope: Scope) -> bool:
    """Whether a condition is true; no condition always is, one that cannot be worked out is not."""
    try:
        return expression is None or bool(evaluate(expression, scope))
    except BadExpression:
        return False


def _value(node: Any, scope: Scope) -> Value:
    return _WALK[type(node)](node, scope)


def _constant(node: ast.Constant, _scope: Scope) -> Value:
    return node.value if isinstance(node.value, str) else Decimal(repr(node.value))


def _joined(node: ast.BoolOp, scope: Scope) -> bool:
    join = all if isinstance(node.op, ast.And) else any
    return join(bool(_value(part, scope)) for part in node.values)


def _unary(node: ast.UnaryOp, scope: Scope) -> Value:
    value = _value(node.operand, scope)
    if isinstance(node.op, ast.Not):
        return not value
    return None if value is None else -_decimal(value)


def _choice(node: ast.IfExp, scope: Scope) -> Value:
    return _value(node.body if _value(node.test, scope) else node.orelse, scope)


def _arithmetic(node: ast.BinOp, scope: Scope) -> Value:
    left, right = _value(node.left, scope), _value(node.right, scope)
    if left is None or right is None:
        return None
    return _number(_ARITHMETIC[type(node.op)](_decimal(left), _decimal(right)))


def _number(value: Decimal) -> Decimal | None:
    """A result within reason; None beyond it."""
    return value if value.is_finite() and abs(value) <= LARGEST else None


def _decimal(value: Value) -> Decimal:
    if not isinstance(value, Decimal):
        raise TypeError(value)
    return value


def _compare(node: ast.Compare, scope: Scope) -> bool:
    left, right, op = _value(node.left, scope), _value(node.comparators[0], scope), node.ops[0]
    if isinstance(op, ast.Eq | ast.NotEq):
        return bool(left == right) is isinstance(op, ast.Eq)
    if isinstance(op, ast.In | ast.NotIn):
        return (left in (right or ())) is isinstance(op, ast.In)
    if left is None or right is None:
        return False
    if type(left) is not type(right):
        raise TypeError(left)
    return _ORDER[type(op)](left, right)


def _call(node: ast.Call, scope: Scope) -> Value:
    name, given = ast.unparse(node.func), [_value(argument, scope) for argument in node.args]
    if name == "tariff":
        return scope.tariff(given[0]) if isinstance(given[0], str) else None
    if name not in _TAKES_NONE and any(value is None for value in given):
        return None
    return _FUNCTIONS[name](*given)


def _count(rows: Sequence[Value] | None) -> Decimal:
    return Decimal(len(rows or ()))


def _sum(rows: Sequence[Mapping[str, Value]] | None, field: str) -> Decimal | None:
    known = [_decimal(row[field]) for row in rows or () if row.get(field) is not None]
    return _number(sum(known, Decimal(0)))


def _round(value: Value, decimals: Value = Decimal(0)) -> Decimal:
    places = min(max(int(_decimal(decimals)), 0), MOST_DECIMALS)
    return _decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_CONTEXT)


def _smallest(*numbers: Value) -> Decimal:
    return min(map(_decimal, numbers))


def _largest(*numbers: Value) -> Decimal:
    return max(map(_decimal, numbers))


def _day(value: Value) -> date:
    if not isinstance(value, date):
        raise TypeError(value)
    return value


def _days(start: Value, end: Value) -> Decimal:
    return Decimal((_day(end) - _day(start)).days)


def _months(start: Value, end: Value) -> Decimal:
    """Months begun between two days, both of them included; 0 where the end lies before the start."""
    first, last = _day(start), _day(end)
    if last < first:
        return Decimal(0)
    begun = 1 if last.day >= first.day else 0
    return Decimal((last.year - first.year) * 12 + last.month - first.month + begun)


#: functions that know what to do with a missing answer
_TAKES_NONE = {"sum", "count"}
_FUNCTIONS: dict[str, Callable[..., Value]] = {
    "round": _round,
    "min": _smallest,
    "max": _largest,
    "sum": _sum,
    "count": _count,
    "days": _days,
    "months": _months,
}
_WALK: dict[type[ast.expr], Callable[[Any, Scope], Value]] = {
    ast.Constant: _constant,
    ast.Name: lambda node, scope: scope.values.get(node.id),
    ast.BoolOp: _joined,
    ast.UnaryOp: _unary,
    ast.IfExp: _choice,
    ast.BinOp: _arithmetic,
    ast.Compare: _compare,
    ast.Call: _call,
}
