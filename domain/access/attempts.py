"""What a rule, or the want of a role, did not let somebody do."""

from typing import Any

from domain.kernel import SUBJECTS, Aggregate, Decided, Event, Line, Record, Text, UserId


class AttemptRefused(Event, stream="ATTEMPTS-{user}"):
    """Somebody tried what a rule, or their roles, did not allow; nothing else was recorded."""

    says = (
        "User {user} was refused the step “{attempt.does:words}”[ for {attempt.subjects:subjects}]:"
        " “{sentence:short}”."
    )
    user: UserId
    attempt: Decided
    """What was asked, and the versions of the streams that were read for it."""
    code: Line
    """Of the rule that refused."""
    sentence: Text
    """What they were told."""
    values: dict[str, Any]
    """What the rule saw."""

    @property
    def about(self) -> dict[str, str]:
        """What the attempt concerned: what its body names, and its path."""
        asked = (self.attempt.command or {}) | self.attempt.subjects
        return {name: asked[name] for name in SUBJECTS if isinstance(asked.get(name), str)}


class Attempts(Aggregate, stream="ATTEMPTS-{user}"):
    """One person's attempts that were refused: only that there were any."""

    user: UserId

    def apply(self, record: Record) -> "Attempts":
        return self
