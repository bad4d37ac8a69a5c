"""Grants as they flow: from the department by heading and region to councils."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from domain.councils import Region
from domain.funding import Heading
from domain.kernel import pounds_text
from projections.funding import GrantRow
from service.figures import asking
from service.figures.told import Told
from service.pictures.svg import (
    DARK,
    MID,
    PALE,
    TEAL,
    WIDTH,
    box,
    drawn,
    halo,
    number,
    tag,
    text,
    titled,
    width_of,
    wrapped,
)
from service.pictures.telling import name_told, round_pounds
from service.writing.blocks import Picture

_FROM = "Department for Education"
_COLUMNS = (0.0, 112.0, 262.0, 406.0)
_NODE, _GAP, _LINE = 12.0, 5.0, 15.0
_MOST = 32
"""Councils that are shown by name; the others of a region are counted together."""


_At: TypeAlias = tuple[str, ...]
"""What a bar stands for: its name, after its region if it is a council's."""


class Flow(NamedTuple):
    """Money of a heading to a council of a region."""

    heading: str
    region: str
    council: str
    pence: int
    references: tuple[str, ...]
    """Of the grants."""

    @property
    def grants(self) -> Told:
        """How many there are."""
        return Told(len(self.references), asking.count("grant-row", key=self.references))

    @property
    def amount(self) -> Told:
        """What was paid of them and is committed to them."""
        of = [
            asking.total("grant-row", field, key=self.references)
            for field in ("paid_pence", "committed_pence")
        ]
        return Told(pounds_text(self.pence), asking.plus(of))


class _Node(NamedTuple):
    """A bar of the picture: what flows through it, and the lines that name it."""

    name: str
    pence: int
    lines: tuple[str, ...]


def flows_of(grants: Iterable[GrantRow], names: Mapping[str, str]) -> list[Flow]:
    """What was paid of grants and is committed to them, by heading, region and council."""
    found: dict[tuple[Heading, Region, str], dict[str, int]] = {}
    for row in grants:
        if pence := row.paid_pence + row.committed_pence:
            found.setdefault((row.heading, row.region, row.council), {})[row.grant] = pence
    order = [*Heading], [*Region]
    return [
        Flow(
            name_told(heading),
            region.label,
            names.get(code, code),
            sum(parts.values()),
            tuple(parts),
        )
        for (heading, region, code), parts in sorted(
            found.items(),
            key=lambda each: (
                order[0].index(each[0][0]),
                order[1].index(each[0][1]),
                -sum(each[1].values()),
                each[0][2],
            ),
        )
    ]


def grant_flows(
    grants: Iterable[GrantRow],
    names: Mapping[str, str],
    *,
    prefix: str = "flows",
    title: str = "Where grants go",
) -> Picture:
    """Paid and committed grants as bands from the department to headings, regions, councils."""
    found = [flow for flow in flows_of(grants, names) if flow.pence > 0]
    total = sum(flow.pence for flow in found)
    parts, height = [text(0, 20, "No grant is paid or committed.")], 30.0
    if found:
        parts, height = _sankey(_grouped(found), total)
    return drawn(
        prefix,
        title,
        _said(found, total),
        height,
        parts,
        ("Heading", "Region", "Council", "Grants", "Paid and committed"),
        [(f.heading, f.region, f.council, f.grants, f.amount) for f in found],
        (3, 4),
    )


def _grouped(found: Sequence[Flow]) -> list[Flow]:
    """The flows with the smaller councils of a region taken together where there are many."""
    totals: dict[tuple[str, str], int] = {}
    for flow in found:
        at = flow.region, flow.council
        totals[at] = totals.get(at, 0) + flow.pence
    if len(totals) <= _MOST:
        return list(found)
    largest = sorted(totals, key=lambda at: (-totals[at], at))
    named = set(largest[: _MOST - len({region for region, _ in totals})])
    rest: dict[str, list[str]] = {}
    for region, council in largest:
        if (region, council) not in named:
            rest.setdefault(region, []).append(council)
    others = {
        region: councils[0] if len(councils) == 1 else f"{len(councils)} others"
        for region, councils in rest.items()
    }
    return [
        flow if (flow.region, flow.council) in named else flow._replace(council=others[flow.region])
        for flow in found
    ]


def _sankey(found: Sequence[Flow], total: int) -> tuple[list[str], float]:
    """The bands and bars, and how high they are."""
    steps: list[list[_At]] = [
        [(_FROM,) for _ in found],
        [(flow.heading,) for flow in found],
        [(flow.region,) for flow in found],
        [(flow.region, flow.council) for flow in found],
    ]
    nodes = [_nodes(step, found, column) for column, step in enumerate(steps)]
    most = max(len(column) for column in nodes)
    unit = max(200.0, min(360.0, most * 12.0)) / total
    height = max(
        sum(max(node.pence * unit, _LINE * len(node.lines)) + _GAP for node in column.values())
        for column in nodes
    )
    places = [_places(column, unit, height) for column in nodes]
    parts: list[str] = []
    for column in range(3):
        parts += _bands(column, steps, places, found, unit)
    for column, at in enumerate(places):
        for key, (y, middle) in at.items():
            parts += _bar(nodes[column][key], column, y, middle, unit)
    return parts, height + 6


def _nodes(step: Sequence[_At], found: Sequence[Flow], column: int) -> dict[_At, _Node]:
    """The bars of a column from the top down, councils under those of their region."""
    pence: dict[_At, int] = {}
    for key, flow in zip(step, found, strict=True):
        pence[key] = pence.get(key, 0) + flow.pence
    keys = list(pence)
    if column > 1:
        labels = [region.label for region in Region]
        keys.sort(key=lambda key: (labels.index(key[0]), key[-1].endswith(" others"), -pence[key]))
    room = (_COLUMNS[column + 1] if column < 3 else WIDTH) - _COLUMNS[column] - _NODE - 8
    return {
        key: _Node(key[-1], pence[key], _lines(key[-1], pence[key], room, bold=column < 3))
        for key in keys
    }


def _lines(name: str, pence: int, room: float, *, bold: bool) -> tuple[str, ...]:
    amount = round_pounds(pence)
    if width_of(f"{name} {amount}", bold=bold) <= room:
        return (f"{name} {amount}",)
    lines = wrapped(name, room, bold=bold)
    if width_of(f"{lines[-1]} {amount}", bold=bold) <= room:
        return (*lines[:-1], f"{lines[-1]} {amount}")
    return (*lines, amount)


def _places(
    column: Mapping[_At, _Node], unit: float, height: float
) -> dict[_At, tuple[float, float]]:
    """Where each bar begins and where its middle is: the column is spread over the height."""
    slots = [max(n.pence * unit, _LINE * len(n.lines)) for n in column.values()]
    gap = (height - sum(slots)) / len(slots)
    found, y = {}, gap / 2
    for (key, node), slot in zip(column.items(), slots, strict=True):
        middle = y + slot / 2
        found[key] = (middle - node.pence * unit / 2, middle)
        y += slot + gap
    return found


def _bands(
    column: int,
    steps: Sequence[Sequence[_At]],
    places: Sequence[Mapping[_At, tuple[float, float]]],
    found: Sequence[Flow],
    unit: float,
) -> Iterable[str]:
    """The bands between a column and the next, stacked at both ends in the order of the other."""
    sums: dict[tuple[_At, _At], int] = {}
    for start, end, flow in zip(steps[column], steps[column + 1], found, strict=True):
        sums[start, end] = sums.get((start, end), 0) + flow.pence
    here, there = places[column], places[column + 1]
    out = {key: y for key, (y, _) in here.items()}
    into = {key: y for key, (y, _) in there.items()}
    left, right = _COLUMNS[column] + _NODE, _COLUMNS[column + 1]
    begins, ends = {}, {}
    for link in sorted(sums, key=lambda each: (here[each[0]], there[each[1]])):
        begins[link] = out[link[0]]
        out[link[0]] += sums[link] * unit
    for link in sorted(sums, key=lambda each: (there[each[1]], here[each[0]])):
        ends[link] = into[link[1]]
        into[link[1]] += sums[link] * unit
    for link, pence in sums.items():
        said = f"{link[0][-1]} to {link[1][-1]}: {round_pounds(pence)}"
        yield titled(said, _band(left, begins[link], right, ends[link], max(pence * unit, 0.5)))


def _band(x1: float, y1: float, x2: float, y2: float, high: float) -> str:
    half = (x1 + x2) / 2

    def bend(*places: tuple[float, float]) -> str:
        return "C" + " ".join(f"{number(x)},{number(y)}" for x, y in places)

    there = bend((half, y1), (half, y2), (x2, y2))
    back = bend((half, y2 + high), (half, y1 + high), (x1, y1 + high))
    spots = f"M{number(x1)},{number(y1)} {there} L{number(x2)},{number(y2 + high)} {back}Z"
    return tag("path", d=spots, fill=PALE, fill_opacity=0.75, stroke=MID)


def _bar(node: _Node, column: int, y: float, middle: float, unit: float) -> Iterable[str]:
    x = _COLUMNS[column]
    fill = TEAL if column == 3 else DARK
    yield titled(
        f"{node.name}: {round_pounds(node.pence)}",
        box(x, y, _NODE, max(node.pence * unit, 1), fill),
    )
    top = middle - _LINE * len(node.lines) / 2 + 11.5
    for n, said in enumerate(node.lines):
        yield halo(x + _NODE + 5, top + n * _LINE, said, bold=column < 3)


def _said(found: Sequence[Flow], total: int) -> str:
    if not found:
        return "No grant is paid or committed."

    def most(field: int) -> str:
        sums: dict[str, int] = {}
        for flow in found:
            sums[str(flow[field])] = sums.get(str(flow[field]), 0) + flow.pence
        name = max(sums, key=lambda key: (sums[key], key))
        return f"{name} ({round_pounds(sums[name])})"

    councils = len({flow.council for flow in found})
    return (
        f"{round_pounds(total)} of grants is paid or committed to {councils}"
        f" {'council' if councils == 1 else 'councils'}. The most goes through {most(0)}, to"
        f" {most(1)} as a region and to {most(2)} as a council."
    )
