"""The demonstration's people: one of each role, and a second where duties are separated."""

from typing import NamedTuple

from domain.access import SYSTEM, GrantRole, InviteUser, Role, User
from domain.kernel import pounds_text
from service.access import grant_user_role, invite_user
from service.desk import Desk
from service.identity import accounts_of
from service.installation import Installation

DEMO_PASSWORD = "demo"  # noqa: S105 - printed on the sign-in page of the demonstration


class DemoUser(NamedTuple):
    """An invented person with one role."""

    user: str
    name: str
    role: Role
    limit: str = "0"
    region: str | None = None
    council: str | None = None
    peer: str | None = None

    @property
    def described(self) -> str:
        """What the sign-in page says of them."""
        limit = f", up to {pounds_text(int(self.limit) * 100)}" if self.limit != "0" else ""
        where = f", {self.region or self.council or self.peer}"
        return f"{self.name} ({self.role}{limit}{where if len(where) > 6 else ''})"


DEMO_USERS = (
    DemoUser("administrator", "Ines Castellan", Role.ADMINISTRATOR),
    DemoUser("administrator-2", "Tobias Fennwick", Role.ADMINISTRATOR),
    DemoUser("case-officer", "Maud Ellersby", Role.CASE_OFFICER),
    DemoUser("case-officer-2", "Dev Arkwell", Role.CASE_OFFICER),
    DemoUser("approver", "Ruth Halloway-Pike", Role.APPROVER, limit="100000"),
    DemoUser("approver-2", "Owen Tarrisford", Role.APPROVER, limit="100000"),
    DemoUser("director", "Celia Brandreth-Moss", Role.APPROVER, limit="500000"),
    DemoUser("finance-officer", "Anneke Dowling", Role.FINANCE_OFFICER),
    DemoUser("finance-officer-2", "Samir Quillfeather", Role.FINANCE_OFFICER),
    DemoUser("regional-lead", "Gwen Addersley", Role.REGIONAL_LEAD, region="north-west"),
    DemoUser("regional-lead-2", "Hal Merrivane", Role.REGIONAL_LEAD, region="south-east"),
    DemoUser("peer", "Cllr Joan Wetherdale", Role.PEER, peer="PEER-0001"),
    DemoUser("peer-2", "Cllr Amir Stanedge", Role.PEER, peer="PEER-0002"),
    DemoUser("council-contact", "Priti Lockmere", Role.COUNCIL_CONTACT, council="330"),
    DemoUser("council-contact-2", "Neil Ashgrove", Role.COUNCIL_CONTACT, council="380"),
    DemoUser("auditor", "Frances Oldroyd-Kay", Role.AUDITOR),
    DemoUser("auditor-2", "Leo Marchbanks", Role.AUDITOR),
    DemoUser("dfe-analyst", "Bea Thornquist", Role.DFE_ANALYST),
    DemoUser("dfe-analyst-2", "Idris Wynnham", Role.DFE_ANALYST),
)


def enrol_demo_users(installation: Installation, password: str | None = DEMO_PASSWORD) -> None:
    """Invite every one of them and give them their role, as the installation itself."""
    accounts_of(installation)  # their tables, before the first invitation
    system = User(user="system", active=True)

    def desk(key: str) -> Desk:
        correlation = "demo-enrolment"
        return Desk(
            installation, system, channel="demo", key=key, correlation=correlation, system=SYSTEM
        )

    for person in DEMO_USERS:
        invite_user(
            command=InviteUser(user=person.user, name=person.name),
            desk=desk(f"demo-invite-{person.user}"),
        )
        role = {
            "role": person.role,
            "limit": person.limit,
            "region": person.region,
            "council": person.council,
            "peer": person.peer,
        }
        grant_user_role(
            user=person.user,
            command=GrantRole.model_validate(role),
            desk=desk(f"demo-role-{person.user}"),
        )
    let_demo_users_in(installation, password)


def let_demo_users_in(installation: Installation, password: str | None = DEMO_PASSWORD) -> None:
    """Give them their password; without one they are marked as the demonstration's alone."""
    accounts = accounts_of(installation)
    for person in DEMO_USERS:
        accounts.keep(person.user, person.name, password=password, demo=True)
