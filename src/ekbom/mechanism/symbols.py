"""Symbols in place of arrays: the equations, called with them, write themselves as formulas."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

# How tightly an expression holds together, loosest first; decides where brackets are needed.
_COMPARED, _SUM, _PRODUCT, _WHOLE = range(4)
_BINDING: Final = {
    **dict.fromkeys(("<", ">", "<=", ">="), _COMPARED),
    **dict.fromkeys(("+", "-"), _SUM),
    **dict.fromkeys(("*", "/"), _PRODUCT),
}


class Expression:
    """A formula: a number, a name, a sum, a function of others.

    Two are equal where they read the same, so an expression that two equations share can be
    found and given a name.

    Parameters
    ----------
    kind : str
        ``name``, ``number``, ``call``, ``minus``, or an operator.
    parts : sequence of Expression
        What it is made of.
    word : str
        Name of the symbol or function; the number as it is written.
    """

    # NumPy leaves arithmetic with its own numbers to this class.
    __array_ufunc__: ClassVar[None] = None
    __slots__ = ("kind", "parts", "text", "word")

    def __init__(self, kind: str, parts: Sequence[Expression] = (), word: str = "") -> None:
        self.kind = kind
        self.parts = tuple(parts)
        self.word = word
        self.text: str = _written(self, [part.text for part in self.parts])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        raise TypeError(f"a formula is neither true nor false: {self.text}")

    def __add__(self, other: Any) -> Any:
        return _sum(self, _wrapped(other))

    def __radd__(self, other: Any) -> Any:
        return _sum(_wrapped(other), self)

    def __sub__(self, other: Any) -> Any:
        return _difference(self, _wrapped(other))

    def __rsub__(self, other: Any) -> Any:
        return _difference(_wrapped(other), self)

    def __mul__(self, other: Any) -> Any:
        return _product(self, _wrapped(other))

    def __rmul__(self, other: Any) -> Any:
        return _product(_wrapped(other), self)

    def __truediv__(self, other: Any) -> Any:
        return _quotient(self, _wrapped(other))

    def __rtruediv__(self, other: Any) -> Any:
        return _quotient(_wrapped(other), self)

    def __neg__(self) -> Any:
        return self.parts[0] if self.kind == "minus" else Expression("minus", (self,))

    def __abs__(self) -> Any:
        return called("abs", self)

    def __lt__(self, other: Any) -> Any:
        return Expression("<", (self, _wrapped(other)))

    def __gt__(self, other: Any) -> Any:
        return Expression(">", (self, _wrapped(other)))

    def __le__(self, other: Any) -> Any:
        return Expression("<=", (self, _wrapped(other)))

    def __ge__(self, other: Any) -> Any:
        return Expression(">=", (self, _wrapped(other)))


def symbol(name: str) -> Expression:
    """A quantity by its name."""
    return Expression("name", word=name)


def called(function: str, *arguments: Any) -> Expression:
    """A function of formulas or numbers, by its name in SBML's infix notation."""
    return Expression("call", [_wrapped(each) for each in arguments], function)


def exp(value: Any) -> Any:
    """Exponential."""
    return _applied(math.exp, "exp", value)


def log(value: Any) -> Any:
    """Natural logarithm."""
    return _applied(math.log, "ln", value)


def cos(value: Any) -> Any:
    """Cosine."""
    return _applied(math.cos, "cos", value)


def where(condition: Any, then: Any, otherwise: Any) -> Any:
    """One formula where a condition holds, another elsewhere."""
    if not isinstance(condition, Expression):
        return then if condition else otherwise
    return called("piecewise", then, condition, otherwise)


def formula(expression: Any, names: Mapping[Expression, str], defines: str = "") -> str:
    """An expression in infix notation, with parts that have a name written by it.

    Parameters
    ----------
    expression : Expression or float
        To be written.
    names : mapping of Expression to str
        Named formulas.
    defines : str
        The name this formula defines; not used for itself.
    """
    whole = _wrapped(expression)
    known = names.get(whole)
    if known is not None and known != defines:
        return known
    return _written(whole, [formula(part, names, defines) for part in whole.parts])


def used(text_or_expression: Any) -> set[str]:
    """Names of the symbols an expression is made of."""
    whole = _wrapped(text_or_expression)
    if whole.kind == "name":
        return {whole.word}
    found: set[str] = set()
    for part in whole.parts:
        found |= used(part)
    return found


def _wrapped(value: Any) -> Expression:
    if isinstance(value, Expression):
        return value
    number = float(value)
    return Expression("number", word=str(int(number)) if number == int(number) else repr(number))


def _applied(function: Callable[[float], float], name: str, value: Any) -> Any:
    return called(name, value) if isinstance(value, Expression) else function(float(value))


def _number(expression: Expression) -> float | None:
    return float(expression.word) if expression.kind == "number" else None


def _sum(left: Expression, right: Expression) -> Expression:
    if _number(left) == 0:
        return right
    if _number(right) == 0:
        return left
    return Expression("+", (left, right))


def _difference(left: Expression, right: Expression) -> Any:
    if _number(right) == 0:
        return left
    if _number(left) == 0:
        return -right
    return Expression("-", (left, right))


def _product(left: Expression, right: Expression) -> Any:
    for one, other in ((left, right), (right, left)):
        if _number(one) == 0:
            return 0.0
        if _number(one) == 1:
            return other
    return Expression("*", (left, right))


def _quotient(left: Expression, right: Expression) -> Any:
    if _number(right) == 1:
        return left
    if _number(left) == 0:
        return 0.0
    return Expression("/", (left, right))


def _binding(expression: Expression) -> int:
    if expression.kind == "minus" or (expression.kind == "number" and expression.word[0] == "-"):
        return _SUM
    return _BINDING.get(expression.kind, _WHOLE)


def _written(whole: Expression, parts: Sequence[str]) -> str:
    """The formula, of parts that are written already."""
    if whole.kind in ("name", "number"):
        return whole.word
    if whole.kind == "call":
        return f"{whole.word}({', '.join(parts)})"
    if whole.kind == "minus":
        return f"-{_held(whole.parts[0], parts[0], _PRODUCT)}"
    own = _BINDING[whole.kind]
    # The right side of a difference or quotient keeps its brackets.
    right = own + 1 if whole.kind in "-/" else own
    return " ".join(
        (_held(whole.parts[0], parts[0], own), whole.kind, _held(whole.parts[1], parts[1], right))
    )


def _held(part: Expression, text: str, needed: int) -> str:
    bare = text.isidentifier() or _binding(part) >= needed
    return text if bare else f"({text})"
