"""How rules are declared: a function from a pair of files to what breaks the rule."""

from collections.abc import Callable, Iterable

from service.returns.checking.files import Pair

Rule = Callable[[Pair], Iterable[str]]


class Softer(str):
    """Something that is only warned of, though the rule can fail."""

    __slots__ = ()


class Rules(dict[str, Rule]):
    """Rules by their code, which is their function's name."""

    def rule(self, function: Rule) -> Rule:
        """Declare a rule."""
        name = getattr(function, "__name__", "")
        if name in self:
            raise TypeError(f"two rules are called {name}")
        self[name] = function
        return function
