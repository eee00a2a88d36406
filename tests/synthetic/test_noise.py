import numpy as np

from calque.synthetic import family
from calque.synthetic.noise import mislabel

CLEAN = family(languages=2, concepts=240)
N = 600


def noisy(**noise: float):
    return family(languages=2, concepts=240, **noise)


def test_dropped_words_leave_the_rest_in_place():
    clean, dropped = CLEAN.bitext("qaa", "qab", N), noisy(dropped=0.3).bitext("qaa", "qab", N)
    assert list(clean.sources) == list(dropped.sources)
    for whole, rest in zip(clean.targets, dropped.targets, strict=True):
        words = iter(whole.split())
        assert all(word in words for word in rest.split())  # a subsequence
    links = noisy(dropped=0.3).links("qaa", "qab", N)
    assert sum(map(len, links)) < 0.85 * sum(map(len, CLEAN.links("qaa", "qab", N)))


def test_everything_dropped_leaves_the_verb():
    assert all(
        len(text.split()) >= 2 for text in noisy(dropped=1.0).bitext("qaa", "qab", 50).targets
    )


def test_free_words_are_other_words_and_have_no_links():
    made = noisy(free=0.3)
    before, after = CLEAN.bitext("qaa", "qab", N).targets, made.bitext("qaa", "qab", N).targets
    changed = total = 0
    clean = CLEAN.links("qaa", "qab", N)
    for one, other, old, new in zip(before, after, clean, made.links("qaa", "qab", N), strict=True):
        one, other = one.split(), other.split()
        assert len(one) == len(other)
        # a form can equal another verb's only where two words are written alike
        linked = set(new.pairs[:, 1].tolist())
        assert all(a == b for i, (a, b) in enumerate(zip(one, other, strict=True)) if i in linked)
        assert set(map(tuple, new.pairs.tolist())) <= set(map(tuple, old.pairs.tolist()))
        changed += sum(a != b for a, b in zip(one, other, strict=True))
        total += len(one)
    assert 0.08 < changed / total < 0.3


def test_misaligned_pairs_have_the_next_target_and_no_links():
    made = noisy(misaligned=0.3)
    own = list(CLEAN.bitext("qaa", "qab", N).targets)
    given = list(made.bitext("qaa", "qab", N).targets)
    links = made.links("qaa", "qab", N)
    moved = [i for i in range(N) if given[i] != own[i]]
    assert abs(len(moved) / N - 0.3) < 0.05
    assert all(given[i] == own[(i + 1) % N] and len(links[i]) == 0 for i in moved)
    assert all(len(links[i]) for i in range(N) if i not in moved)


def test_typos_change_one_word_at_a_time_and_leave_the_tags():
    made = noisy(typos=0.3)
    for task in ("pos", "ner", "parse"):
        clean, typos = CLEAN.labelled(task, "qab", N).table, made.labelled(task, "qab", N).table
        assert clean["tags"] == typos["tags"]
        assert clean["words"] != typos["words"]
    for row in made.labelled("answer", "qab", 50):
        assert row["context"][row["start"] :].startswith(row["answer"])
    assert all(word for row in made.sentences("qab", N).words for word in row)


def test_wrong_labels_of_spans_stay_whole():
    made = noisy(wrong_labels=0.5)
    clean, wrong = (list(m.labelled("ner", "qaa", N)) for m in (CLEAN, made))
    for one, other in zip(clean, wrong, strict=True):
        assert [tag[0] for tag in one["tags"]] == [tag[0] for tag in other["tags"]]
        for before, tag in zip(other["tags"], other["tags"][1:], strict=False):
            assert tag[0] != "I" or before[1:] == tag[1:]


def test_wrong_answers_are_still_spans():
    for row in noisy(wrong_labels=1.0).labelled("answer", "qaa", 50):
        assert row["context"][row["start"] :].startswith(row["answer"])


def test_mislabel_never_keeps_the_label_it_changes():
    labels = np.arange(3000) % 3
    every = mislabel(labels, 3, 1.0, np.random.default_rng(0))
    assert (every != labels).all()
    np.testing.assert_allclose(np.bincount((every - labels) % 3, minlength=3)[1:], 1500, atol=120)
    np.testing.assert_array_equal(mislabel(labels, 3, 0.0, np.random.default_rng(0)), labels)
