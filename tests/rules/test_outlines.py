from decimal import Decimal

from directory.rules.outlines import Node, leaf_sum, outline, sections, sums

D = Decimal
TREE = [
    Node(1, None, 0, D(1)),
    Node(2, None, 1, D(40)),
    Node(5, 1, 1, D(35)),
    Node(4, 1, 0, D(1)),
    Node(6, 4, 0, D(10)),
    Node(7, 4, 1, D(15)),
]


def test_a_tree_is_read_in_order_and_numbered():
    assert [(p.id, p.number, p.depth, p.leaf) for p in outline(TREE)] == [
        (1, "1", 1, False),
        (4, "1.1", 2, False),
        (6, "1.1.1", 3, True),
        (7, "1.1.2", 3, True),
        (5, "1.2", 2, True),
        (2, "2", 1, True),
    ]


def test_a_group_has_its_children_s_sum_whatever_it_said():
    assert sums(TREE) == {1: D(60), 4: D(25), 6: D(10), 7: D(15), 5: D(35), 2: D(40)}
    assert leaf_sum(TREE) == D(100)


def test_leaves_come_in_portions_of_one_group():
    assert sections(outline(TREE)) == [[6, 7], [5], [2]]


def test_a_long_group_comes_in_several():
    flat = [Node(n, None, n, D(1)) for n in range(1, 31)]
    assert [len(portion) for portion in sections(outline(flat))] == [12, 12, 6]


def test_no_tree_at_all():
    assert outline([]) == []
    assert sections([]) == []
    assert leaf_sum([]) == 0
