"""The registers that can be exported: another is declared beside these, and one more line here.

The command line, the API, the page of exports and every format take them from this list.
"""

from collections.abc import Mapping

from service.exports.register import Register
from service.exports.registers import learning, log, money, people, support

REGISTERS: tuple[Register, ...] = (
    money.GRANTS,
    money.PAYMENTS,
    support.DECISIONS,
    support.CASES,
    support.COUNCILS,
    support.OUTCOMES,
    money.LEDGER,
    money.BUDGETS,
    money.CONTRACTS,
    money.DELIVERABLES,
    money.HOSTING,
    money.STAFF_TIME,
    people.MENTORING,
    people.SESSIONS,
    people.PEERS,
    people.DAYS,
    people.CHALLENGES,
    support.SELF_ASSESSMENTS,
    learning.PROGRAMMES,
    learning.PARTICIPATION,
    learning.TRIAL_RESULTS,
    support.ENGAGEMENT,
    learning.PRACTICE,
    log.EVENTS,
    money.TRANSPARENCY,
)
"""In the order in which they are offered."""

BY_NAME: Mapping[str, Register] = {register.name: register for register in REGISTERS}

for _register in REGISTERS:
    _register.check()
