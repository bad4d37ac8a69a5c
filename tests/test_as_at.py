"""As at any moment: what the versions answer is what a fresh fold of the events would."""

import itertools
import random
from collections.abc import Iterator, Sequence

import pytest

from domain.kernel import Record
from projections.engine import View
from projections.follower import Follower, rebuild
from service.demo.play import Player
from service.installation import Installation
from service.store import CHANNEL
from tests.conftest import fresh_database, own_settings
from tests.spec import take_in


def folded(
    view: type[View], log: list[Record], moments: Sequence[int]
) -> Iterator[tuple[int, dict[str, View]]]:
    """A View's live rows as they were after each of these positions, the log folded afresh."""
    rows: dict[str, View] = {}
    records = iter(log)
    following = next(records, None)
    for position in sorted(moments):
        while following and following.position <= position:
            take_in(view, rows, following)
            following = next(records, None)
        yield position, rows


def answered(installation: Installation, view: type[View], position: int) -> dict[str, View]:
    """What the table says as at a position."""
    return {
        row["key"]: view.model_validate({name: row[name] for name in view.columns})
        for row in installation.model.select(view, position)
    }


@pytest.fixture(scope="module", params=[3, 17])
def played(request: pytest.FixtureRequest, postgres: str) -> Iterator[tuple[Installation, int]]:
    """A random stretch of casework, folded in batches of a random size."""
    seed: int = request.param
    with fresh_database(postgres) as url:
        installation = Installation(own_settings(), url)
        chance = random.Random(seed)
        Player(installation, seed).play(steps=chance.randrange(250, 450))
        batch = chance.choice([1, 7, 64, 1000])
        Follower(
            installation.model, installation.store.records, url, CHANNEL, batch=batch
        ).catch_up()
        yield installation, seed
        installation.close()


def test_any_moment_equals_a_fresh_fold_up_to_it(played: tuple[Installation, int]) -> None:
    installation, seed = played
    log = installation.store.records(0, 100_000)
    chance = random.Random(seed)
    moments = sorted(chance.sample(range(1, log[-1].position + 1), 8))
    for view in View.all:
        for position, rows in folded(view, log, [0, *moments, log[-1].position]):
            assert answered(installation, view, position) == rows, (
                f"{view.__name__} as at {position}"
            )


def test_a_rebuilt_view_has_the_same_versions_byte_for_byte(
    played: tuple[Installation, int],
) -> None:
    installation, _ = played
    log = installation.store.records(0, 100_000)

    def read(after: int, most: int) -> list[Record]:
        return log[after : after + most]

    assert log[-1].position == len(log)
    for view in View.all:
        before = versions(installation, view)
        rebuild(installation.model, read, view)
        assert versions(installation, view) == before, view.__name__


def versions(installation: Installation, view: type[View]) -> list[str]:
    """Every version of every row, as text."""
    name = installation.model.name_of(view)
    with installation.store.datastore.get_connection() as connection:
        return [
            str(row["r"])
            for row in connection.execute(
                f'SELECT t::text AS r FROM views."{name}" t ORDER BY key, from_position'
            )
        ]


def test_recorded_time_rises_with_position(played: tuple[Installation, int]) -> None:
    installation, _ = played
    log = installation.store.records(0, 100_000)
    moments = [(record.recorded_at, record.correlation) for record in log]
    assert all(
        earlier[0] < later[0] or earlier[1] == later[1]
        for earlier, later in itertools.pairwise(moments)
    )
    versions: dict[str, int] = {}
    for record in log:
        assert record.version == versions.get(record.stream, 0) + 1
        versions[record.stream] = record.version
