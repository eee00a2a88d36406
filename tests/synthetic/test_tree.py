import numpy as np
import pytest

from calque.errors import BadSetting
from calque.synthetic import family
from calque.synthetic.tree import codes, grow, inherit, lineage


def test_codes_are_those_of_private_use():
    assert codes(3) == ("qaa", "qab", "qac")
    assert codes(520)[26] == "qba"
    assert codes(520)[-1] == "qtz"


def test_shapes_by_hand():
    four = codes(4)
    assert grow("star", four) == {"proto": ""} | dict.fromkeys(four, "proto")
    assert grow("chain", four) == {"qaa": "", "qab": "qaa", "qac": "qab", "qad": "qac"}
    balanced = grow("balanced", four)
    assert balanced["qaa"] == balanced["qab"] == "p1"
    assert balanced["qac"] == balanced["qad"] == "p2"
    assert balanced["p1"] == balanced["p2"] == "proto"


@pytest.mark.parametrize("shape", ["star", "chain", "balanced"])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 9])
def test_trees_have_one_root_and_every_language(shape, size):
    parents = grow(shape, codes(size))
    assert set(codes(size)) <= set(parents)
    assert list(parents.values()).count("") == 1
    root = next(node for node, parent in parents.items() if not parent)
    assert all(lineage(parents, node)[-1] == root for node in parents)
    seen = {""}
    for node, parent in parents.items():  # parents come first
        assert parent in seen
        seen.add(node)


def test_unknown_shape():
    with pytest.raises(BadSetting, match="no tree 'bush'"):
        family(tree="bush")


def test_distance_counts_branches():
    made = family(languages=4, tree="balanced", concepts=120)
    assert [made.distance("qaa", code) for code in made.languages] == [0, 2, 4, 4]
    chain = family(languages=4, tree="chain", concepts=120)
    assert [chain.distance("qab", code) for code in chain.languages] == [1, 0, 1, 2]
    star = family(languages=3, tree="star", concepts=120).clone("qab")
    assert [star.distance("qab", code) for code in star.languages] == [2, 0, 2, 0]
    assert star.tree == {"qaa": "proto", "qab": "proto", "qac": "proto", "qad": "qab"}


def test_a_branch_replaces_the_share_it_should_and_no_name():
    shapes, lasting = ["CVCV"] * 100, np.arange(100) >= 80
    lost = {}
    for cognates in (0.0, 0.25, 0.75, 1.0):
        stems = inherit(grow("chain", codes(2)), shapes, lasting, cognates, 0)
        kept = inherit(grow("chain", codes(2)), shapes, lasting, 1.0, 0)["qab"]
        lost[cognates] = {i for i in range(100) if stems["qab"][i] != kept[i]}
        assert len(lost[cognates]) == round((1 - cognates) * 80)
        assert max(lost[cognates], default=0) < 80
        assert len(set(stems["qab"])) == 100
    assert lost[0.75] < lost[0.25] < lost[0.0]
