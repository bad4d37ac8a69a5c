"""Users, roles and limits over HTTP and the command line."""

from typing import Any

from domain.access import (
    SYSTEM,
    AppointDeputy,
    ChangeAccess,
    GrantRole,
    InviteUser,
    RevokeRole,
    Role,
    User,
    appoint_deputy,
    deactivate,
    grant_role,
    invite,
    reactivate,
    revoke_role,
)
from domain.kernel import Refused, UserId
from projections.access import UserRow
from service.desk import AtDesk, Desk, Page, Reading, Receipt, command, query, router_for
from service.identity import accounts_of
from service.installation import Installation

router = router_for("users")


@command(router, "/users", needs="user.manage", cli="users invite")
def invite_user(command: InviteUser, desk: AtDesk) -> Receipt:
    """Invite a person; their name and address are kept beside the log."""
    user = desk.load(User(user=command.user))
    events = invite(command, user, desk.acting())
    desk.keep_account(command.user, command.name, command.email)
    return desk.record(command, events, user)


@command(router, "/users/{user}/roles", needs="user.manage", cli="users grant")
def grant_user_role(user: UserId, command: GrantRole, desk: AtDesk) -> Receipt:
    """Give a person a role with its scope and limit."""
    found = desk.find(User(user=user))
    return desk.record(command, grant_role(command, found, desk.acting()), found)


@command(
    router, "/users/{user}/roles/{holding}/revocation", needs="user.manage", cli="users revoke"
)
def revoke_user_role(user: UserId, holding: int, command: RevokeRole, desk: AtDesk) -> Receipt:
    """Take a role back."""
    found = desk.find(User(user=user))
    return desk.record(command, revoke_role(command, found, holding, desk.acting()), found)


@command(router, "/users/{user}/deputies", needs="user.manage", cli="users deputise")
def appoint_user_deputy(user: UserId, command: AppointDeputy, desk: AtDesk) -> Receipt:
    """Let somebody stand in for a person from day to day."""
    found, deputy = desk.find(User(user=user)), desk.find(User(user=command.deputy))
    return desk.record(
        command, appoint_deputy(command, found, deputy, desk.acting()), deputy, found
    )


@command(router, "/users/{user}/deactivation", needs="user.manage", cli="users deactivate")
def deactivate_user(user: UserId, command: ChangeAccess, desk: AtDesk) -> Receipt:
    """Stop a person from signing in."""
    found = desk.find(User(user=user))
    return desk.record(command, deactivate(command, found, desk.acting()), found)


@command(router, "/users/{user}/reactivation", needs="user.manage", cli="users reactivate")
def reactivate_user(user: UserId, command: ChangeAccess, desk: AtDesk) -> Receipt:
    """Let a person sign in again."""
    found = desk.find(User(user=user))
    return desk.record(command, reactivate(command, found, desk.acting()), found)


@query(router, "/users", needs="user.read")
def list_users(reading: Reading, active: bool | None = None) -> Page[UserRow]:
    """Users with the roles they hold."""
    return reading.page(UserRow, where={"active": active})


@query(router, "/users/{user}", needs="user.read")
def show_user(user: UserId, reading: Reading) -> UserRow:
    """One user with their roles."""
    return reading.item(UserRow, f"USER-{user}")


@query(router, "/me", needs="council.read")
def show_me(reading: Reading) -> dict[str, Any]:
    """Who is signed in, and what they may do."""
    user = reading.user
    if not user.active:
        raise Refused("forbidden", "Your account is not active.")
    return {"user": user.user, "holdings": [h.model_dump(mode="json") for h in user.holdings]}


def first_administrator(installation: Installation, user: str, name: str) -> Receipt:
    """Invite the first administrator, as the installation itself.

    Raises Refused ``administrator-exists`` once anybody has been invited.
    """
    if installation.store.head():
        raise Refused(
            "administrator-exists", "This installation has begun: ask one of its administrators."
        )

    def desk() -> Desk:
        by = User(user=SYSTEM.id, active=True)
        return Desk(installation, by, channel="cli", system=SYSTEM)

    accounts_of(installation)
    invite_user(command=InviteUser(user=user, name=name), desk=desk())
    return grant_user_role(user=user, command=GrantRole(role=Role.ADMINISTRATOR), desk=desk())
