"""The parts say what the family says."""

from calque import registry
from calque.synthetic import named

LINE = "languages=3 concepts=120 scripts=Latn,Cyrl seed=2"


def test_all_are_found_by_name():
    found = {name for name, info in registry.parts().items() if info.family == "synthetic"}
    kinds = ("artificial", "bitext", "errors", "facts", "labelled", "lexicon", "links", "texts")
    others = ("identifier", "translate")
    assert found == {f"synthetic.{name}" for name in (*kinds, *others)}


def test_bitext_and_links_agree():
    settings = {
        "family": LINE,
        "source": "qaa",
        "target": "qac",
        "n": 9,
        "seed": 3,
        "of": "requests",
    }
    pairs, links = (registry.part(f"synthetic.{name}")(**settings) for name in ("bitext", "links"))
    assert list(pairs) == list(named(LINE).bitext("qaa", "qac", 9, 3, of="requests"))
    assert [link.size for link in links] == [(len(s.split()), len(t.split())) for s, t in pairs]
    assert (pairs.source, pairs.target) == ("qaa", "qac")


def test_texts_labelled_lexicon_and_facts():
    texts = registry.part("synthetic.texts")(family=LINE, language="qab", n=5, tokenized=False)
    assert list(texts) == list(named(LINE).texts("qab", 5, tokenized=False)) and not texts.tokenized
    pos = registry.part("synthetic.labelled")(task="pos", family=LINE, language="qab", n=5, seed=1)
    assert pos.table == named(LINE).labelled("pos", "qab", 5, 1).table
    lexicon = registry.part("synthetic.lexicon")(family=LINE, inflected=True)
    assert lexicon.table == named(LINE).lexicon("qaa", "qab", inflected=True).table
    facts = registry.part("synthetic.facts")(family=LINE, language="qac", n=4)
    assert list(facts) == list(named(LINE).facts("qac", 4))
