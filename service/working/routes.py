"""Long work over HTTP: asked for, looked at, cancelled, begun again; its file taken."""

from typing import Annotated, Any

from fastapi import Body
from fastapi.responses import FileResponse

from domain.kernel import Refused
from service.desk import AtDesk, Desk, Reader, Reading, Receipt, Router, command, query, router_for
from service.long_work import Work, ask, begin_again, folder_of, stop, work_of, works
from service.returns.keeping import log_export
from service.working.kinds import ASKED, Asked, ImportAsked, check_may

router = Router()
api = router_for("work")

EVERYBODYS = "user.manage"
"""Who keeps the service sees everybody's work: that it is there, and how far it has come."""


class WorkTold(Work):
    """Long work, with how far it has come."""

    percent_done: int | None = None


def _told(work: Work) -> WorkTold:
    return WorkTold(**work.model_dump(), percent_done=work.percent)


def whose(reading: Reader) -> str | None:
    """Whose work somebody sees: their own; an administrator everybody's."""
    return None if reading.sees(EVERYBODYS) else reading.user.user


def begun(desk: Desk, asked: Asked, file: bytes | None = None) -> Work:
    """Work in the queue, for who may do it at once too."""
    check_may(desk.installation, desk.user, asked.needs)
    settled: Any = asked.settled(desk.installation, desk.user)
    return ask(
        desk.store.datastore,
        desk.user.user,
        settled.kind,
        settled.title,
        settled.model_dump(mode="json"),
        file,
    )


def _receipt(desk: Desk, work: int) -> Receipt:
    return Receipt(reference=str(work), version=0, position=desk.store.head(), events=[])


@query(api, "/work", needs="council.read")
def list_work(reading: Reading) -> list[WorkTold]:
    """Your exports, imports, returns and rebuilds, the latest first."""
    return [_told(w) for w in works(reading.installation.store.datastore, whose(reading))]


@query(api, "/work/{work}", needs="council.read")
def show_work(work: int, reading: Reading) -> WorkTold:
    """A piece of long work: how far it has come, and what came of it."""
    return _told(work_of(reading.installation.store.datastore, work, whose(reading)))


@query(api, "/work/{work}/file", needs="council.read", response_class=FileResponse)
def read_work_file(work: int, reading: Reading) -> FileResponse:
    """The file that came of your work, for as long as you may make it."""
    found = work_of(reading.installation.store.datastore, work, reading.user.user)
    asked = ASKED.validate_python(found.asked)
    check_may(reading.installation, reading.user, asked.needs)
    if found.result is None or found.result.name is None:
        raise Refused("not-found", "No file came of this work.")
    path = folder_of(reading.installation.settings.data_dir, work) / found.result.name
    if not path.is_file():
        raise Refused("not-found", "The file is not kept here any more: start the work again.")
    log_export(reading, f"work/{work}/{found.result.name}")
    return FileResponse(
        path,
        media_type=found.result.media_type,
        filename=found.result.name,
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


@command(api, "/work", needs="council.read")
def ask_for_work(asked: Annotated[Asked, Body()], desk: AtDesk) -> Receipt:
    """Have an export, return, rebuild, verification or evidence pack made meanwhile."""
    if isinstance(asked, ImportAsked):
        raise Refused("bad-work", "Send the file of an import to /api/v1/imports, or on the page.")
    return _receipt(desk, begun(desk, asked).work)


@command(api, "/work/{work}/cancellation", needs="council.read")
def cancel_work(work: int, desk: AtDesk) -> Receipt:
    """Cancel work that waits or runs."""
    stop(desk.store.datastore, _own(desk, work).work)
    return _receipt(desk, work)


@command(api, "/work/{work}/restart", needs="council.read")
def restart_work(work: int, desk: AtDesk) -> Receipt:
    """Begin your work again that failed, was cancelled or was cut off."""
    found = work_of(desk.store.datastore, work, desk.user.user)
    check_may(desk.installation, desk.user, ASKED.validate_python(found.asked).needs)
    begin_again(desk.store.datastore, work)
    return _receipt(desk, work)


def _own(desk: Desk, work: int) -> Work:
    """A person's own work, or an administrator's look at anybody's."""
    every = bool(desk.user.holding(EVERYBODYS, desk.on))
    return work_of(desk.store.datastore, work, None if every else desk.user.user)


router.include(api)
