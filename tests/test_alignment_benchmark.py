"""What the benchmark on gold links stands on: shortcuts that must not change a link, and its readers."""

from pathlib import Path

import pytest

from benchmarks.common_alignment import gold_sets, training
from benchmarks.eflomal import _links, plain
from benchmarks.wordalign_gold import SOFT, surest
from calque import part
from calque.synthetic.bitext import bitext


@pytest.mark.parametrize("aligner", ["ibm1", "diagonal", "hmm", "fertility"])
@pytest.mark.parametrize("reverse", [False, True])
def test_the_surest_of_soft_links_are_those_of_aligning_anew(aligner, reverse):
    pairs = bitext(family="seed=5 languages=2 scripts=Latn concepts=60 topics=3", n=60)
    make = part(f"wordalign.{aligner}")
    settings = {"effort": 0.1} if aligner == "fertility" else {}
    soft = make(pairs, threshold=SOFT, reverse=reverse, **settings)
    hard = make(pairs, reverse=reverse, **settings)
    assert sum(map(len, hard)) > 100
    for one, other in zip(soft, hard, strict=True):
        assert surest(one, reverse=reverse).pairs.tolist() == other.pairs.tolist()


def test_links_of_another_program_keep_their_lines(tmp_path):
    (tmp_path / "links").write_text("0-1 1-0\n\n0-0\n1-1\n", encoding="utf-8")
    found = _links(tmp_path / "links", [(2, 2), (0, 3), (1, 1)])  # of the fourth nothing is asked
    assert [one.pairs.tolist() for one in found] == [[[0, 1], [1, 0]], [], [[0, 0]]]


def test_words_of_white_space_stay_words_for_other_programs():
    assert plain("a \u00a0 b\u3000c  d") == ["a", "_", "b_c", "d"]


def test_every_gold_set_is_read_whole_and_learns_from_sentences_of_its_languages(data_folder):
    sizes = {"naacl/de-en": 508, "pharaoh/jaen": 582, "ugarit/grc-lat": 100, "xl-wa/nl/test": 245}
    sets = gold_sets(Path(data_folder))
    assert len(sets) == 5 + 3 + 2 + 2 * 8
    for name, size in sizes.items():
        gold = sets[name]()
        assert len(gold.bitext) == len(gold.links) == size and gold.bitext.tokenized
        found = training(Path(data_folder), gold)
        assert all(all(pair) for rows in found.values() for pair in rows)
        counts = {one: len(rows) for one, rows in found.items()}
        assert (
            counts
            == {
                "naacl/de-en": {"ntrex-128": 1997, "sib-200": 1004, "tatoeba": 1000},
                "pharaoh/jaen": {},
                "ugarit/grc-lat": {},
                "xl-wa/nl/test": {"other splits": 105, "tatoeba": 1000, "sick-nl": 6076},
            }[name]
        )
        if name == "naacl/de-en":  # German comes first there
            assert found["ntrex-128"][-1][1].startswith("Respiratory irritation")
