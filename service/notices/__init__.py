"""Email that says that something is new: how much of each kind and where to look, nothing else."""

from service.notices.mailers import CannotDeliver, Mailer, NotSent, mailer_of
from service.notices.sending import Run, send_due
from service.notices.worker import keep_sending

__all__ = [
    "CannotDeliver",
    "Mailer",
    "NotSent",
    "Run",
    "keep_sending",
    "mailer_of",
    "send_due",
]
