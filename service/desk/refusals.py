"""Refusals over HTTP: which status each code has, and the one that the want of a role gets."""

from domain.kernel import Refused

STATUSES = {
    "not-found": 404,
    "forbidden": 403,
    "forged-request": 403,
    "stale-version": 412,
    "busy": 503,
    "not-ready": 503,
}
"""Where a refusal's code is not a broken rule (409) or bad input (``bad-*``, 422)."""


def status_of(code: str) -> int:
    """The HTTP status of a refusal."""
    return STATUSES.get(code, 422 if code.startswith("bad-") else 409)


def forbidden(needs: str) -> Refused:
    """The refusal for a person none of whose roles allows it."""
    return Refused(
        "forbidden",
        f"None of your roles allows this ({needs}): ask an administrator, or a colleague whose"
        " role does.",
        needs=needs,
    )
