from collections import Counter

import numpy as np
import pytest

from calque.errors import BadSetting, BadValue
from calque.synthetic.blend import Blend
from calque.synthetic.naming import family
from calque.values import Lexicon
from calque.vocabulary.origins import origins

LIST = [("dar", "ara", 5.0), ("qamar", "ara", 2.0), ("xemx", "ara", 3.0)]
LIST += [("stazzjon", "ita", 2.0), ("lezzjoni", "ita", 4.0), ("soluzzjoni", "ita", 1.0)]


def test_words_of_the_list_and_words_like_them():
    found = origins(Lexicon.of(LIST))
    assert found.labels == ("ara", "ita")
    assert found.best([word for word, *_ in LIST]) == [origin for _, origin, _ in LIST]
    assert found.best(["nazzjoni", "qmar"]) == ["ita", "ara"]


def test_a_word_of_two_origins_is_judged_by_how_often_it_was_which():
    found = origins(Lexicon.of([*LIST, ("pass", "ara", 1.0), ("pass", "ita", 30.0)]), strength=30.0)
    assert found(["pass"])[0, 1] == pytest.approx(30 / 31, abs=0.03)


def test_what_occurs_twice_counts_together():
    apart = origins(Lexicon.of([*LIST, ("dar", "ara", 2.0)]))
    together = origins(Lexicon.of([("dar", "ara", 7.0), *LIST[1:]]))
    np.testing.assert_allclose(apart(["dar", "x"]), together(["dar", "x"]))


def test_rare_traits_are_left_out_when_asked():
    few, many = origins(Lexicon.of(LIST), shared=3), origins(Lexicon.of(LIST))
    assert set(few.traits) < set(many.traits)
    assert "zz" in few.traits and "\x01dar" not in few.traits


@pytest.mark.parametrize("entries", [[], [("dar", "ara", 1.0)]])
def test_a_list_without_two_origins_is_refused(entries):
    with pytest.raises(BadValue, match="at least two are needed"):
        origins(Lexicon.of(entries))


@pytest.mark.parametrize("bad", [{"longest": 0}, {"shared": 0}, {"strength": 0.0}])
def test_settings_out_of_range_are_refused(bad):
    with pytest.raises(BadSetting, match=r"vocabulary\.origins"):
        origins(Lexicon.of(LIST), **bad)


@pytest.mark.parametrize("seed", [1, 2])
def test_it_finds_the_origins_that_a_mixed_language_was_made_of(seed):
    """Of words that the list lacks, over 85 % by type, where guessing the commoner origin gives some 50 %."""
    pair = family(
        languages=2, scripts=("Arab", "Latn"), cognates=0.0, overlap=0.0, seed=seed,
        morphology="agglutinative",
    )  # fmt: skip
    first, second = pair.languages
    blend = Blend(pair, first, second, 0.5)
    counts = _words(blend, 300, 1)
    found = origins(Lexicon.of([(*key, float(count)) for key, count in counts.items()]))
    listed = {word for word, _ in counts}
    new = [key for key in _words(blend, 200, 2) if key[0] not in listed]
    right = np.mean(
        [
            one == origin
            for one, (_, origin) in zip(found.best([w for w, _ in new]), new, strict=True)
        ]
    )
    commoner = max(Counter(origin for _, origin in new).values()) / len(new)
    assert len(new) > 100
    assert right > 0.85 and right > commoner + 0.2


def _words(blend: Blend, n: int, seed: int) -> Counter[tuple[str, str]]:
    rows = blend.labelled(n, seed)
    return Counter(key for row in rows for key in zip(row["words"], row["origins"], strict=True))
