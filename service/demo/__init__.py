"""The demonstration: invented people and a year of plausible casework on real judgements."""

from service.demo.users import DEMO_PASSWORD, DEMO_USERS, DemoUser, enrol_demo_users

__all__ = ["DEMO_PASSWORD", "DEMO_USERS", "DemoUser", "enrol_demo_users"]
