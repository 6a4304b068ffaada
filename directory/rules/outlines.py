"""The tree of criteria in the order it is read, numbered 1, 1.1, 1.1.1."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

DEEPEST = 4


class Node(NamedTuple):
    id: int
    parent: int | None
    position: int
    points: Decimal


class Placed(NamedTuple):
    """A node where it stands; `leaf`: it is marked itself."""

    id: int
    parent: int | None
    number: str
    depth: int
    leaf: bool


def outline(nodes: Iterable[Node]) -> list[Placed]:
    """Every node, parents before their children, siblings by position."""
    children: dict[int | None, list[Node]] = defaultdict(list)
    for node in sorted(nodes, key=lambda node: (node.position, node.id)):
        children[node.parent].append(node)
    placed: list[Placed] = []

    def place(parent: int | None, before: str, depth: int) -> None:
        for number, node in enumerate(children[parent], 1):
            here = f"{before}{number}"
            placed.append(Placed(node.id, parent, here, depth, node.id not in children))
            if node.id in children:
                place(node.id, f"{here}.", depth + 1)

    place(None, "", 1)
    return placed


def sums(nodes: Iterable[Node]) -> Mapping[int, Decimal]:
    """Points by node, those of a group being its children's sum."""
    known = {node.id: node for node in nodes}
    points = {node.id: node.points for node in known.values()}
    for placed in reversed(outline(known.values())):
        if not placed.leaf:
            points[placed.id] = sum((points[n.id] for n in known.values() if n.parent == placed.id), Decimal(0))
    return points


def leaf_sum(nodes: Iterable[Node]) -> Decimal:
    known = {node.id: node for node in nodes}
    return sum((known[placed.id].points for placed in outline(known.values()) if placed.leaf), Decimal(0))


def sections(placed: Iterable[Placed], most: int = 12) -> list[list[int]]:
    """The leaves in portions that fit on a page: those of one group together, a long group in several."""
    portions: list[list[int]] = []
    group: int | None = -1
    for node in placed:
        if not node.leaf:
            continue
        if not portions or node.parent != group or len(portions[-1]) >= most:
            portions.append([])
            group = node.parent
        portions[-1].append(node.id)
    return portions
