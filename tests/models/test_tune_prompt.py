"""Prompts by which a frozen model says labels: what changes, what stays, what carries over to labels never seen."""

from functools import partial

import numpy as np
import pytest
import torch
from planted_cloze import TOPICS, line, namer
from scipy import sparse

from calque.adaptation.calibrated import calibrated
from calque.adaptation.lora import lora
from calque.adaptation.prefix import prefix
from calque.adaptation.prompt import prompt
from calque.errors import BadFile, BadSetting, BadValue
from calque.models.folder import open_model, open_tokenizer
from calque.models.piece_rows import piece_rows
from calque.models.tune_prompt import tune_prompt
from calque.models.verbalize import verbalize
from calque.models.vocabulary import vocabulary
from calque.values import Labelled, Mixture
from calque.vocabulary.verbalizer import verbalizer
from calque.workspace import working_in

torch.set_num_threads(1)
ROWS = [("the cat sees the dog", "animal"), ("one two three", "number"), ("كلب", "animal"), ("", "number")]  # fmt: skip
EXAMPLES = Labelled.of([{"text": text, "label": label} for text, label in ROWS * 4], "class")
NAMES = Labelled.of([{"text": "dog", "label": "animal"}, {"text": "seven", "label": "number"}], "class")  # fmt: skip


def labels_of(checkpoint, named=NAMES, neighbors=2):
    return verbalizer(vocabulary(checkpoint), named, piece_rows(checkpoint), neighbors=neighbors)


@pytest.mark.parametrize("family", ["bert", "xlmr", "modernbert"])
@pytest.mark.parametrize("template", ["{text} {mask}", "{mask}: {text}"])
def test_labels_are_said_as_by_hand(tiny, family, template):
    """Transformers alone, text by text: logits at the mask, mixed by the verbalizer."""
    base = tiny(family, "masked")
    said = labels_of(base)
    found = verbalize(base, EXAMPLES, said, template=template)
    model, tokenizer = open_model(base, "masked"), open_tokenizer(base)
    for row, (text, _) in enumerate(ROWS[:3]):
        line = template.replace("{mask}", tokenizer.mask_token).replace("{text}", text)
        given = tokenizer(line, return_tensors="pt")
        place = int((given["input_ids"][0] == tokenizer.mask_token_id).nonzero())
        with torch.no_grad():
            logits = model(**given).logits[0, place].double().numpy()
        scores = said.matrix @ logits[: len(said.old)]
        wanted = np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
        np.testing.assert_allclose(found.probabilities[row], wanted, atol=1e-5)
    long = Labelled.of([{"text": "one two three " * 40, "label": "number"}], "class")
    assert len(verbalize(base, long, said, template=template)) == 1


@pytest.mark.parametrize("patcher", [prompt, prefix])
def test_prompts_alone_change(tiny, patcher):
    base = tiny("bert", "masked")
    before = base.fingerprint()
    patch = tune_prompt(base, EXAMPLES, labels_of(base), [partial(patcher, count=3)], epochs=1)
    assert base.fingerprint() == before
    (entry,) = patch.entries
    assert (entry.kind, entry.facts["what"]) == ("module", patcher.__name__)
    made, bare = (verbalize(base, EXAMPLES, labels_of(base), p) for p in (patch, None))
    assert np.abs(made.probabilities - bare.probabilities).max() > 1e-4


def test_holding_keeps_what_is_guessed_where_it_was(tiny):
    """Divergence of what is guessed at the mask, of every piece, from what the model guesses unprompted."""
    base = tiny("bert", "masked")
    said, pieces = labels_of(base), vocabulary(base).pieces
    every = Mixture(sparse.identity(len(pieces), format="csr"), pieces, pieces)
    bare = verbalize(base, EXAMPLES, every).probabilities
    learn = partial(tune_prompt, base, EXAMPLES, said, [partial(prefix, count=3)], epochs=30, learning_rate=1e-1)  # fmt: skip
    away = []
    for weight in (0.0, 10.0):
        found = verbalize(base, EXAMPLES, every, learn(holding=weight)).probabilities
        away.append(float((bare * np.log(bare / found)).sum(axis=1).mean()))
    assert away[1] < 0.5 * away[0], away


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("namer")
    with working_in(folder):
        yield namer(folder)


def topics(count, seed, some, language, shares=None):
    generator, rows = np.random.default_rng(seed), []
    for _ in range(count):
        topic = int(generator.choice(some, p=shares))
        rows.append({"text": line(generator, topic, language), "label": f"t{topic}"})
    return Labelled.of(rows, "class")


def of_topics(world, some):
    named = [{"text": f"name{topic}", "label": f"t{topic}"} for topic in some]
    return labels_of(world, Labelled.of(named, "class"), neighbors=0)


def right(found, examples):
    return np.mean([a == b for a, b in zip(found, examples.gold, strict=True)])


def test_a_known_leaning_is_taken_out(world):
    """The model says the last name three times in five whatever it reads: all of it is one name, then none."""
    tests, said = topics(100, 3, [2, 3], "y"), of_topics(world, [2, 3])
    found = verbalize(world, tests, said)
    assert set(found) == {"t3"} and right(found, tests) < 0.6
    assert right(calibrated(found, found), tests) > 0.95


def test_unseen_labels_of_another_language_and_shifted_shares(world):
    """Two topics of one language, fifteen texts to one; asked of the others in the other language, then of all."""
    few, said = topics(32, 1, [0, 1], "x", [0.94, 0.06]), of_topics(world, [0, 1])
    learn = partial(tune_prompt, world, few, said, [partial(prompt, count=4)], epochs=20, learning_rate=5e-2)  # fmt: skip
    kept, plain = learn(), learn(smoothing=0.0, holding=0.0)
    unseen, every = topics(100, 3, [2, 3], "y"), topics(150, 5, range(TOPICS), "y")
    assert right(verbalize(world, unseen, of_topics(world, [2, 3])), unseen) < 0.6
    assert right(verbalize(world, unseen, of_topics(world, [2, 3]), kept), unseen) > 0.95
    whole = [verbalize(world, every, of_topics(world, range(TOPICS)), p) for p in (kept, plain)]
    by_kept, by_plain = (right(calibrated(found, found), every) for found in whole)
    assert by_kept > 0.95 and by_kept > by_plain + 0.1
    assert right(whole[1], every) < 0.6  # plain prompt tuning, as it is


def test_what_makes_no_sense_is_refused(tiny):
    base = tiny("bert", "masked")
    said = labels_of(base)
    with pytest.raises(BadFile, match="no masked-language head"):
        tune_prompt(tiny("bert"), EXAMPLES, said, [prompt])
    with pytest.raises(BadSetting, match="must put modules in"):
        tune_prompt(base, EXAMPLES, said, [lora])
    with pytest.raises(BadSetting, match=r"hold \{text\} once"):
        verbalize(base, EXAMPLES, said, template="{text}")
    with pytest.raises(BadValue, match="'number' is none of them: animal"):
        tune_prompt(base, EXAMPLES, labels_of(base, NAMES.take([0])), [prompt])
    with pytest.raises(BadSetting, match="smoothing must lie in"):
        tune_prompt(base, EXAMPLES, said, [prompt], smoothing=1.0)
    nothing = Mixture(sparse.csr_matrix((2, len(said.old))), ("a", "b"), said.old)
    with pytest.raises(BadValue, match="take its own vocabulary"):
        verbalize(base, EXAMPLES, nothing)
