"""Access: roles with their scopes and limits, and the deputies who stand in for their holders."""

from datetime import date
from typing import Any

import pytest

from domain.access import (
    AppointDeputy,
    DeputyAppointed,
    Holding,
    Role,
    RoleGranted,
    Target,
    User,
    UserInvited,
    appoint_deputy,
    may,
)
from domain.councils import Region
from domain.kernel import Actor, Refused, somebody_else
from tests.spec import DAY, given

ADMINISTRATOR = Actor(id="administrator", role="administrator")
LEAD, DEPUTY = User(user="lead"), User(user="deputy")
INVITED = UserInvited(user="lead"), UserInvited(user="deputy")
ASK = AppointDeputy.model_validate(
    {
        "deputy": "deputy",
        "role": "regional-lead",
        "from": DAY,
        "to": date(2025, 6, 30),
        "reason": "Leave",
    }
)
LEADS: dict[str, Any] = {"user": "lead", "role": Role.REGIONAL_LEAD}
STANDS_IN = DeputyAppointed(
    user="deputy",
    standing_in_for="lead",
    role=Role.REGIONAL_LEAD,
    region=Region.LONDON,
    from_=ASK.from_,
    to=ASK.to,
)


def test_a_deputy_stands_in_within_the_scope_of_whom_they_stand_in_for() -> None:
    london = RoleGranted(**LEADS, region=Region.LONDON)
    east = RoleGranted(**LEADS, region=Region.EAST)
    given(*INVITED, london).when(appoint_deputy, ASK, LEAD, DEPUTY, by=ADMINISTRATOR).then(
        STANDS_IN
    )
    given(*INVITED, london, east).when(appoint_deputy, ASK, LEAD, DEPUTY, by=ADMINISTRATOR).then(
        STANDS_IN, STANDS_IN.but(region=Region.EAST)
    )


def test_a_deputy_of_one_region_may_do_nothing_in_another_nor_on_another_day() -> None:
    deputy = given(*INVITED, STANDS_IN).state(DEPUTY)
    allowed = may(deputy, "region.manage", Target(region="london"), DAY)
    assert allowed is not None
    assert (allowed.standing_in_for, allowed.authority) == ("lead", "USER-deputy/2")
    assert may(deputy, "region.manage", Target(region="south-east"), DAY) is None
    assert may(deputy, "region.manage", Target(), DAY) is None, "a lead of one region is not all's"
    assert may(deputy, "region.manage", Target(region="london"), date(2025, 7, 1)) is None


def test_a_scoped_role_that_names_no_scope_takes_nothing_in() -> None:
    """As deputies were appointed before their events said for which region, council or peer."""
    first = {
        "user": "deputy",
        "standing_in_for": "lead",
        "role": "regional-lead",
        "from_": ASK.from_,
        "to": ASK.to,
        "limit_pence": 0,
    }
    known = DeputyAppointed.from_stored(first, 1)
    deputy = given(*INVITED, known).state(DEPUTY)
    assert may(deputy, "region.manage", Target(region="london"), DAY) is None
    assert Holding(number=1, role=Role.CASE_OFFICER).covers(Target(region="london"))


@pytest.mark.parametrize("stands_in_for", ["proposer", "another", None])
def test_a_deputy_does_not_do_what_whom_they_stand_in_for_may_not(
    stands_in_for: str | None,
) -> None:
    by = Actor(id="deputy", role="approver", standing_in_for=stands_in_for)
    if stands_in_for == "proposer":
        with pytest.raises(Refused, match="You stand in for proposer"):
            somebody_else(by, "own-proposal", "You proposed this.", proposed_by="proposer")
    else:
        somebody_else(by, "own-proposal", "You proposed this.", proposed_by=("proposer", ""))
