"""Prompts of languages and tasks: what is learned, that they go together, and what is refused."""

from functools import partial

import numpy as np
import pytest
import torch

from calque.adaptation.recombine import recombine
from calque.errors import BadSetting
from calque.models.factored_prompts import factored_prompts
from calque.models.fresh_translator import fresh_translator
from calque.models.learned_pairs import Pairs, loss
from calque.models.translate import translate
from calque.models.translating import open_translator
from calque.models.translator_patch import translator_patch
from calque.values import Bitext, Texts
from calque.vocabulary.unigram import unigram
from calque.workspace import working_in

torch.set_num_threads(1)
ONE = Bitext.of(
    [("one two", "one"), ("two three", "two"), ("three one", "three")] * 4, "eng", "eng"
)
TWO = Bitext.of([("un deux", "un deux"), ("deux", "deux")] * 3, "fra", "fra")
NAMES = [["eng", "first"], ["fra", "all"]]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    words = unigram(Texts.of(["one two three un deux"] * 3, "mul"), size=200)
    with working_in(tmp_path_factory.mktemp("base")):
        return fresh_translator(words, languages=["eng", "fra"], width=32, layers=1, longest=32)


def surprise(checkpoint, bitext, patch):
    own = open_translator(checkpoint, "test", patch)
    batch = Pairs.of(own, [bitext], False, "test").batch(np.arange(len(bitext)))
    with torch.inference_mode():
        return float(loss(own.model, batch, 0.0))


def test_every_name_has_a_prompt_that_learned_from_its_own_pairs_alone(base):
    learn = partial(factored_prompts, base, [ONE, TWO], names=NAMES, count=3)
    patch, hardly = learn(epochs=10, learning_rate=0.3), learn(epochs=10, learning_rate=1e-9)
    assert [entry.facts["of"] for entry in patch.entries] == ["eng", "first", "fra", "all"]
    assert {entry.kind for entry in patch.entries} == {"module"}
    for bitext, names in zip((ONE, TWO), NAMES, strict=True):
        after, before = (surprise(base, bitext, recombine(p, names=names)) for p in (patch, hardly))
        assert after < before - 0.1
    # without the second bitext the first one's prompts are the same numbers: nothing else moved them
    alone = factored_prompts(base, [ONE], names=NAMES[:1], count=3, epochs=1, learning_rate=0.3)
    assert [entry.facts["of"] for entry in alone.entries] == ["eng", "first"]
    mixed = recombine(patch, names=["fra", "first"])
    assert [entry.facts["of"] for entry in mixed.entries] == ["fra", "first"]
    assert surprise(base, TWO, mixed) != surprise(
        base, TWO, recombine(patch, names=["first", "fra"])
    )
    texts = translate(Texts.of(["un deux", ""], "fra"), base, mixed, language="fra").rewritten
    assert list(texts)[1] == ""


def test_one_prompt_in_two_parts_is_one_prompt(base):
    """Two prompts of a bitext are learned as a single one of both lengths is, from the same numbers on."""
    both = factored_prompts(base, [ONE], names=[["a", "b"]], count=2, epochs=2, learning_rate=0.1, seed=1)  # fmt: skip
    whole = factored_prompts(base, [ONE], names=[["a"]], count=4, epochs=2, learning_rate=0.1, seed=1)  # fmt: skip
    parts = torch.cat([both.read(entry).tensors["vectors"] for entry in both.entries])
    torch.testing.assert_close(parts, whole.read(whole.entries[0]).tensors["vectors"])


def test_a_task_goes_on_a_language_that_stands_still(base):
    patch = factored_prompts(base, [TWO], names=[["fra", "all"]], count=2, epochs=1)
    from calque.adaptation.prompt import prompt

    language = recombine(patch, names=["fra"])
    task = translator_patch(base, [ONE], language, patchers=[partial(prompt, count=2)], epochs=1)
    assert len(task) == 1


@pytest.mark.parametrize("names", [[["a"]], ["ab", "cd"], [["a"], []], [["a", "a"], ["b"]]])
def test_names_that_make_no_sense(base, names):
    with pytest.raises(BadSetting, match=r"names (must|once)|each of its names"):
        factored_prompts(base, [ONE, TWO], names=names)


def test_names_that_a_patch_lacks(base):
    patch = factored_prompts(base, [TWO], names=[["fra", "all"]], count=2, epochs=1)
    for wrong in (["fra", "summary"], [], "fra"):
        with pytest.raises(BadSetting, match="fra, all; got"):
            recombine(patch, names=wrong)
