"""Is a condition or formula right? Its names come before it, its parts fit together, the answers it asks for exist."""

import ast
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from portal.eservices.operations.reading import Place, Sheet
from portal.eservices.queries.expressions import BadExpression, Expression, Scope, Value, evaluate, parse

Fields = Mapping[str, Mapping[str, Any]]
#: kinds of fields whose answers have no value for the language
NO_VALUE = {"address", "place", "note", "file"}


def check_expression(sheet: Sheet, place: Place, samples: Mapping[str, Value], fields: Fields) -> None:
    """Read it, look its names up, and try it once with sample values."""
    text = str(sheet.at(place))
    try:
        expression = parse(text)
    except BadExpression as error:
        sheet.blame(place, f"“{text}”: {error}")
        return
    unknown = sorted(expression.names - samples.keys())
    for name in unknown:
        sheet.blame(place, f"“{text}”: there is no field “{name}” before this one")
    for name in sorted(expression.names & samples.keys()):
        if fields[name].get("type") in NO_VALUE:
            sheet.blame(place, f"“{text}”: the answer to “{name}” cannot be compared or counted with")
    if unknown:
        return
    for message in _misfits(expression, fields, sheet):
        sheet.blame(place, f"“{text}”: {message}")
    try:
        evaluate(expression, Scope(samples, lambda _code: Decimal(1)))
    except BadExpression as error:
        sheet.blame(place, str(error))


def _misfits(expression: Expression, fields: Fields, sheet: Sheet) -> Iterator[str]:
    """Answers that nobody can give, columns and tariffs that do not exist."""
    for node in ast.walk(expression.tree):
        match node:
            case ast.Compare(left=ast.Name(id=name), ops=[ast.Eq() | ast.NotEq()], comparators=[ast.Constant(value=v)]):
                yield from _no_option(fields[name], v)
            case ast.Compare(left=ast.Constant(value=v), ops=[ast.In() | ast.NotIn()], comparators=[ast.Name(id=name)]):
                yield from _no_option(fields[name], v)
            case ast.Call(func=ast.Name(id="sum"), args=[ast.Name(id=name), ast.Constant(value=column)]):
                yield from _no_column(fields[name], column)
            case ast.Call(func=ast.Name(id="tariff"), args=[ast.Constant(value=str(code))]):
                if code not in {row.get("code") for row in sheet.at(("tariffs",)) or () if isinstance(row, dict)}:
                    yield f"there is no tariff “{code}”"


def _no_option(field: Mapping[str, Any], value: object) -> Iterator[str]:
    offered = [option.get("value") for option in field.get("options") or () if isinstance(option, dict)]
    offered += ["yes", "no"] if field.get("type") == "yes_no" else []
    if offered and value not in offered:
        yield f"“{field.get('id')}” has no answer {value!r}"


def _no_column(field: Mapping[str, Any], column: Any) -> Iterator[str]:
    inner = {row.get("id"): row.get("type") for row in field.get("fields") or () if isinstance(row, dict)}
    if inner.get(column) not in {"number", "money"}:
        yield f"the rows of “{field.get('id')}” have no number “{column}”"
