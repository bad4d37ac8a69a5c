"""Users, the roles they hold with scope and limit, and the one question: may they do this?"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, ClassVar, Self

from pydantic import Field

from domain.access.permissions import PERMISSIONS, Role
from domain.councils import Region
from domain.kernel import (
    BESIDE,
    Actor,
    Aggregate,
    Command,
    CouncilCode,
    Event,
    Frozen,
    Line,
    MoneyOrNone,
    PeerRef,
    PenceOrNone,
    Record,
    Refused,
    Text,
    Upcaster,
    UserId,
)

SYSTEM = Actor(id="system", role="system")
"""The installation itself: it invites the first administrator, and nothing else."""

# --- Events ---------------------------------------------------------------------------------


class UserEvent(Event, abstract=True, stream="USER-{user}"):
    user: UserId


class UserInvited(UserEvent):
    """A person was invited to use the service."""

    says = "User {user} was invited to use the service."


class RoleGranted(UserEvent):
    """A person was given a role, where it has one with its scope and its approval limit."""

    says = (
        "User {user} was given the role of {role:words}[ for {region}][ for {council}][ for"
        " {peer}][, with a limit of {limit_pence}]."
    )
    role: Role
    region: Region | None = None
    council: CouncilCode | None = None
    peer: PeerRef | None = None
    limit_pence: PenceOrNone = 0


class RoleRevoked(UserEvent):
    """A role was taken back."""

    says = "The role of {role:words} was taken back from user {user}."
    holding: int
    """Which one: the version of the record in this stream that granted it."""
    role: Role


def _without_scope(payload: dict[str, Any]) -> dict[str, Any]:
    """Version 1 did not say for which region, council or peer: such a deputy stands in for none."""
    return payload | {"region": None, "council": None, "peer": None}


class DeputyAppointed(UserEvent):
    """A person stands in for another in one role, from day to day, with a limit of their own."""

    says = (
        "User {user} was appointed to stand in for {standing_in_for} as {role:words}[ for"
        " {region}][ for {council}][ for {peer}] {from_:to to}[, with a limit of {limit_pence}]."
    )
    schema_version: ClassVar[int] = 2
    upcasters: ClassVar[dict[int, Upcaster]] = {1: _without_scope}

    standing_in_for: UserId
    role: Role
    region: Region | None = None
    """The scope in which the other holds the role, as have the next two (since version 2)."""
    council: CouncilCode | None = None
    peer: PeerRef | None = None
    from_: date
    to: date
    limit_pence: PenceOrNone = 0


class UserDeactivated(UserEvent):
    """A person may no longer sign in."""

    says = "User {user} was deactivated and may no longer sign in."


class UserReactivated(UserEvent):
    """A person may sign in again, with the roles they still hold."""

    says = "User {user} was reactivated and may sign in again, with the roles still held."


# --- State ----------------------------------------------------------------------------------

_SCOPE_OF = {
    Role.REGIONAL_LEAD: "region",
    Role.COUNCIL_CONTACT: "council",
    Role.PEER: "peer",
}
"""What a role is held for, where it is held for one of a kind."""


class Target(Frozen):
    """What something is done to, as far as scope goes: a council, a region, a peer, or none."""

    council: str | None = None
    region: str | None = None
    peer: str | None = None


class Holding(Frozen):
    """A role as one person holds it."""

    number: int
    role: Role
    region: Region | None = None
    council: str | None = None
    peer: str | None = None
    limit_pence: int = 0
    granted_by: str = ""
    from_: date | None = None
    to: date | None = None
    standing_in_for: str | None = None

    def runs(self, on: date) -> bool:
        """Whether it is in force on a day: a deputy's authority begins and expires."""
        return (self.from_ is None or self.from_ <= on) and (self.to is None or on <= self.to)

    @property
    def scoped(self) -> bool:
        """Whether its role is held for one region, council or peer: one that names none of them
        takes nothing in."""
        return self.role in _SCOPE_OF

    def covers(self, target: Target) -> bool:
        """Whether its scope takes the target in. A role that has no scope is national."""
        return not self.scoped or (
            (self.region is not None and self.region == target.region)
            or (self.council is not None and self.council == target.council)
            or (self.peer is not None and self.peer == target.peer)
        )


class User(Aggregate, stream="USER-{user}"):
    """A person and the roles they hold."""

    user: UserId
    active: bool = False
    holdings: tuple[Holding, ...] = ()

    def apply(self, record: Record) -> Self:
        match event := record.event:
            case UserInvited() | UserReactivated():
                return self.but(active=True)
            case UserDeactivated():
                return self.but(active=False)
            case RoleGranted() | DeputyAppointed():
                held = Holding(
                    number=record.version,
                    granted_by=record.actor,
                    **event.model_dump(exclude={"user"}),
                )
                return self.but(holdings=(*self.holdings, held))
            case RoleRevoked():
                kept = tuple(held for held in self.holdings if held.number != event.holding)
                return self.but(holdings=kept)
        return self

    def holding(self, permission: str, on: date) -> list[Holding]:
        """The roles in force that carry a permission, the widest authority first."""
        held = (h for h in self.holdings if h.runs(on) and permission in PERMISSIONS[h.role])
        return sorted(held, key=lambda h: (h.scoped, -h.limit_pence, h.number))

    def acting_in(self, holding: Holding) -> Actor:
        """This person, acting in one of the roles that they hold."""
        return Actor(
            id=self.user,
            role=holding.role,
            limit_pence=holding.limit_pence,
            authority=f"{self.stream}/{holding.number}",
            granted_by=holding.granted_by,
            standing_in_for=holding.standing_in_for,
        )


def may(user: User, permission: str, target: Target, on: date) -> Actor | None:
    """May this person do this to that, on that day? In which role, or None."""
    if not user.active:
        return None
    for holding in user.holding(permission, on):
        if holding.covers(target):
            return user.acting_in(holding)
    return None


# --- Commands and decisions -----------------------------------------------------------------


class InviteUser(Command):
    user: UserId
    name: Annotated[Line, BESIDE]
    """Kept in the accounts outside the log, never in an event."""
    email: Annotated[Line | None, BESIDE] = None


class GrantRole(Command):
    role: Role
    region: Region | None = None
    council: CouncilCode | None = None
    peer: PeerRef | None = None
    limit_pence: MoneyOrNone = Field(default=0, alias="limit", validate_default=False)


class RevokeRole(Command):
    reason: Text


class AppointDeputy(Command):
    deputy: UserId
    role: Role
    from_: date = Field(alias="from")
    to: date
    limit_pence: MoneyOrNone = Field(default=0, alias="limit", validate_default=False)
    reason: Text


class ChangeAccess(Command):
    """Deactivate or reactivate."""

    reason: Text


def invite(command: InviteUser, user: User, by: Actor) -> list[Event]:
    """Invite a person who is not yet a user."""
    if user.exists:
        raise Refused("user-exists", f"{user.user} is a user already: grant them a role instead.")
    return [UserInvited(user=user.user)]


def grant_role(command: GrantRole, user: User, by: Actor) -> list[Event]:
    """Give a person a role, with the scope that the role needs."""
    if by.id == user.user:
        raise Refused("own-role", "Ask another administrator: nobody grants a role to themselves.")
    if not user.active:
        raise Refused("user-not-active", f"{user.user} is not an active user: invite them first.")
    wanted = _SCOPE_OF.get(command.role)
    given = {"region": command.region, "council": command.council, "peer": command.peer}
    for scope, value in given.items():
        if scope == wanted and value is None:
            raise Refused("scope-missing", f"Say which {scope} this {command.role} is for.")
        if scope != wanted and value is not None:
            raise Refused(
                "scope-not-taken", f"A {command.role} has no {scope}: leave it out.", scope=scope
            )
    if command.limit_pence and command.role != Role.APPROVER:
        raise Refused("limit-not-taken", "Only an approver has an approval limit: leave it out.")
    if any(
        (h.role, h.region, h.council, h.peer) == (command.role, *given.values()) and not h.to
        for h in user.holdings
    ):
        raise Refused(
            "role-held",
            f"{user.user} holds this role already: revoke it first to change its limit.",
        )
    return [
        RoleGranted(
            user=user.user,
            role=command.role,
            region=command.region,
            council=command.council,
            peer=command.peer,
            limit_pence=command.limit_pence,
        )
    ]


def revoke_role(command: RevokeRole, user: User, holding: int, by: Actor) -> list[Event]:
    """Take a role back; what was done under it stays done."""
    found = next((held for held in user.holdings if held.number == holding), None)
    if found is None:
        raise Refused("not-found", f"{user.user} holds no role numbered {holding}.")
    if by.id == user.user:
        raise Refused("own-role", "Ask another administrator: nobody changes their own roles.")
    return [RoleRevoked(user=user.user, holding=holding, role=found.role)]


def appoint_deputy(command: AppointDeputy, user: User, deputy: User, by: Actor) -> list[Event]:
    """Let an active person stand in for another, within the other's own limit and scope."""
    if by.id == deputy.user:
        raise Refused("own-role", "Ask another administrator: nobody grants a role to themselves.")
    if deputy.user == user.user:
        raise Refused("own-deputy", "Name somebody else: nobody deputises for themselves.")
    if not deputy.active:
        raise Refused("user-not-active", f"{deputy.user} is not an active user.")
    if command.to < command.from_:
        raise Refused("bad-dates", "The last day comes before the first: change one of them.")
    held = [h for h in user.holdings if h.role == command.role and not h.standing_in_for]
    if not held:
        raise Refused("role-not-held", f"{user.user} is not {command.role}: nothing to stand in.")
    most = max(h.limit_pence for h in held)
    if command.limit_pence > most:
        raise Refused(
            "limit-too-high",
            f"A deputy's limit is at most that of {user.user}.",
            limit_pence=most,
            asked_pence=command.limit_pence,
        )
    return [
        DeputyAppointed(
            user=deputy.user,
            standing_in_for=user.user,
            role=command.role,
            from_=command.from_,
            to=command.to,
            limit_pence=command.limit_pence,
            **scope,
        )
        for scope in _scopes(held)
    ]


def _scopes(held: Iterable[Holding]) -> list[dict[str, Any]]:
    """What each of these is held for, once."""
    scopes = (h.model_dump(include={"region", "council", "peer"}) for h in held)
    return [dict(scope) for scope in dict.fromkeys(tuple(each.items()) for each in scopes)]


def deactivate(command: ChangeAccess, user: User, by: Actor) -> list[Event]:
    """Stop a person from signing in."""
    if by.id == user.user:
        raise Refused("own-role", "Ask another administrator to deactivate you.")
    if not user.active:
        raise Refused("user-not-active", f"{user.user} is not active.")
    return [UserDeactivated(user=user.user)]


def reactivate(command: ChangeAccess, user: User, by: Actor) -> list[Event]:
    """Let a person sign in again."""
    if user.active or not user.exists:
        raise Refused("user-active", f"{user.user} is active, or was never invited.")
    return [UserReactivated(user=user.user)]


def covered(holdings: Iterable[Holding], target: Target) -> bool:
    """Whether any of these holdings takes the target in."""
    return any(holding.covers(target) for holding in holdings)
