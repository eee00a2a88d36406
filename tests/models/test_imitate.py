"""A student comes to a teacher's vectors, and its head stays what it was."""

import numpy as np
import pytest
import torch

from calque.distillation.sentence import sentence
from calque.errors import BadSetting, BadValue
from calque.models.folder import head_names, open_model
from calque.models.imitate import imitate
from calque.models.running import Running, run_as
from calque.models.sentences import sentences
from calque.models.tune import tune
from calque.models.vocabulary import vocabulary
from calque.values import Bitext, Labelled, Texts
from calque.vocabulary.grams import grams
from calque.workspace import working_in

WORDS = {
    "cat": "hund",
    "dog": "katze",
    "house": "haus",
    "river": "im",
    "sees": "sieht",
    "the": "die",
}
FAST = {"learning_rate": 3e-3, "batch_size": 8, "drop": 0.0}
torch.set_num_threads(1)


def bitext(count=40, seed=0):
    """Word by word; three to six words."""
    generator = np.random.default_rng(seed)
    pairs = []
    for _ in range(count):
        words = generator.choice(list(WORDS), size=generator.integers(3, 7))
        pairs.append((" ".join(words), " ".join(WORDS[word] for word in words)))
    return Bitext.of(pairs, "eng", "deu")


def planted(some):
    """A teacher that adds up a fixed random vector for each source word."""
    vectors = np.random.default_rng(9).normal(size=(len(WORDS), 32))
    table = dict(zip(WORDS, vectors, strict=True))
    rows = [np.mean([table[word] for word in text.split()], axis=0) for text in some.sources]
    return np.array(rows, dtype=np.float32)


def nearest(student, texts, wanted, pooling="mean"):
    """Share of the texts whose vector is nearer to their own than to any other wanted one."""
    made = sentences(student, texts, pooling=pooling, normalize=True)
    unit = wanted / np.linalg.norm(wanted, axis=1, keepdims=True)
    return np.mean((made @ unit.T).argmax(axis=1) == np.arange(len(texts)))


def parameters(checkpoint, kind):
    return {name: p.detach() for name, p in open_model(checkpoint, kind).named_parameters()}


@pytest.mark.parametrize("name", ["bert", "xlmr"])
def test_comes_near_the_teacher(tiny, name):
    model, some, unseen = tiny(name), bitext(), bitext(20, seed=1)
    made = imitate(model, some.targets, planted(some), loss=sentence, epochs=20, **FAST)
    # chance is one in twenty; the new sentences are of the same words
    assert nearest(made, unseen.targets, planted(unseen)) > 0.7
    assert nearest(model, unseen.targets, planted(unseen)) < 0.3

    def apart(checkpoint):
        return ((sentences(checkpoint, unseen.targets) - planted(unseen)) ** 2).sum()

    assert apart(made) < 0.5 * apart(model)


def test_further_texts_teach_the_source_side_too(tiny):
    model, some = tiny("bert"), bitext()
    settings = {"loss": sentence, "epochs": 12, **FAST}
    one = imitate(model, some.targets, planted(some), **settings)
    both = imitate(model, some.targets, planted(some), some.sources, planted(some), **settings)
    assert nearest(both, some.targets, planted(some)) > 0.7
    assert nearest(both, some.sources, planted(some)) > 0.7
    assert nearest(one, some.sources, planted(some)) < 0.4


def test_a_head_stays_bit_equal_and_reads_the_new_language(tiny):
    labels = {"cat": "A", "river": "B"}
    generator, rows = np.random.default_rng(0), []
    for number in range(40):
        key = ["cat", "river"][number % 2]
        words = generator.permutation([key, *generator.choice(["sees", "the", "house"], size=2)])
        rows.append({"text": " ".join(words), "label": labels[key]})
    english = Labelled.of(rows, "class", "eng")
    german = Labelled.of(
        [row | {"text": " ".join(WORDS[w] for w in row["text"].split())} for row in rows], "class"
    )
    tuned = tune(tiny("bert"), english, epochs=16, learning_rate=3e-3, batch_size=8)
    some = bitext(50)
    wanted = sentences(tuned, some.sources, pooling="first")
    made = imitate(
        tuned, some.targets, wanted, some.sources, wanted, loss=sentence, epochs=24, pooling="first", **FAST
    )  # fmt: skip
    before, after = parameters(tuned, "class"), parameters(made, "class")
    assert head_names(open_model(made, "class")) == ["classifier.weight", "classifier.bias"]
    for name in ("classifier.weight", "classifier.bias", "bert.pooler.dense.weight"):
        assert torch.equal(before[name], after[name]), name
    assert made.config["calque_task"] == "class"
    assert right(made, english) > 0.9
    assert right(made, german) > max(0.85, right(tuned, german) + 0.2)


def right(checkpoint, examples):
    from calque.models.predict import predict

    made = predict(checkpoint, examples).labels
    return np.mean([one == other for one, other in zip(made, examples.gold, strict=True)])


def test_rates_of_zero_freeze_layers(tiny):
    model, some = tiny("bert"), bitext(8)
    wanted = sentences(model, some.sources)
    rates = {"word_embeddings": 1e-2, "": 0}
    made = imitate(model, some.targets, wanted, loss=sentence, learning_rate=rates)
    before, after = parameters(model, "encoder"), parameters(made, "encoder")
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {"embeddings.word_embeddings.weight"}


def test_pieces_are_dropped_at_random_but_never_all(tiny):
    model = tiny("gpt2")  # puts no special pieces around a text
    seen = []

    def watching(student, teacher, bank):
        seen.append((student.detach(), len(teacher), len(bank)))
        return sentence(student, teacher, bank)

    texts = Texts.of(["cat", "the dog sees", "the small dog in the house", "x"])
    wanted = sentences(model, texts)
    rates = {"wte": 1e-12, "": 0}
    settings = {"loss": watching, "batch_size": 3, "learning_rate": rates, "epochs": 3}
    imitate(model, texts, wanted, drop=0.9, **settings)
    assert all(torch.isfinite(student).all() for student, _, _ in seen)
    assert {(b, k) for _, b, k in seen} == {(3, 1), (1, 3)}
    seen.clear()
    imitate(model, texts, wanted, drop=0.0, **settings)
    for student, _, _ in seen:  # whole texts: exactly the model's own vectors
        gaps = (student[:, None] - torch.from_numpy(wanted)[None]).abs().amax(dim=2)
        assert gaps.min(dim=1).values.max() < 1e-4


def test_goes_on_after_a_kill(tiny, tmp_path):
    model, some = tiny("bert"), bitext(16)
    wanted, calls = sentences(model, some.sources), []

    def dying(student, teacher, bank):
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return sentence(student, teacher, bank)

    settings = {"epochs": 3, "batch_size": 8, "seed": 5}
    whole = imitate(model, some.targets, wanted, loss=sentence, **settings)
    with working_in(tmp_path), run_as(Running(save_seconds=0)):
        with pytest.raises(KeyboardInterrupt):
            imitate(model, some.targets, wanted, loss=dying, **settings)
        on = imitate(model, some.targets, wanted, loss=dying, **settings)
    assert len(calls) == 4 + 3
    assert on.fingerprint() == whole.fingerprint()


def test_what_cannot_be_imitated(tiny):
    model, texts = tiny("bert"), Texts.of(["a", "b"])
    good = np.zeros((2, 32), dtype=np.float32)

    def refused(message, texts, vectors, kind=BadValue, **settings):
        with pytest.raises(kind, match=message):
            imitate(model, texts, vectors, **settings, loss=sentence)

    refused("2 texts need as many vectors", texts, good[:1])
    refused("2 texts need as many vectors", texts, good[0])
    refused("0 texts need", texts.take([]), good[:0])
    refused("the vectors have 16 numbers, the student's 32", texts, good[:, :16])
    refused("vector of row 1 of texts is not finite", texts, np.vstack([good[0], good[1] * np.nan]))
    refused(
        "row 0 of also is not", texts, good, also=texts, also_vectors=np.full_like(good, np.inf)
    )
    refused("give both", texts, good, also=texts)
    refused("2 also need", texts, good, also=texts, also_vectors=good[:1])
    refused("drop must lie", texts, good, BadSetting, drop=1.0)
    refused("batch_size must be", texts, good, BadSetting, batch_size=0)
    refused("pooling is", texts, good, BadSetting, pooling="last")
    refused(
        "'nowhere' fits no parameter", texts, good, BadSetting, learning_rate={"nowhere": 1, "": 1}
    )


def spelled(checkpoint, **settings):
    return grams(vocabulary(checkpoint), **settings)


@pytest.mark.parametrize("name", ["bert", "xlmr"])
def test_rows_move_by_what_they_share_in_spelling(tiny, name):
    model, some = tiny(name), bitext()
    spelling = spelled(model, shortest=1, longest=2, shared=2)
    rates = {r"\.grams$": 1e-2, "": 3e-3}
    settings = {"loss": sentence, "epochs": 20, **(FAST | {"learning_rate": rates})}
    made = imitate(model, some.targets, planted(some), grams=spelling, **settings)
    assert nearest(made, some.targets, planted(some)) > 0.7
    before, after = (
        open_model(c, "encoder").get_input_embeddings().weight.detach() for c in (model, made)
    )
    moved = (after - before)[: len(spelling.new)]
    known = torch.from_numpy(spelling.known)
    assert moved[known].abs().max() > 1e-3
    assert torch.equal(moved[~known], torch.zeros_like(moved[~known]))
    matrix = torch.from_numpy(spelling.matrix.toarray()).float()
    assert torch.linalg.matrix_rank(matrix) < known.sum()  # or else any rows would fit
    fit = matrix @ torch.linalg.lstsq(matrix, moved, driver="gelsd").solution
    torch.testing.assert_close(fit, moved, atol=1e-4, rtol=0)


def test_grams_of_other_pieces_are_refused(tiny):
    some = bitext(4)
    with pytest.raises(BadValue, match="not those of the student"):
        imitate(
            tiny("bert"), some.targets, planted(some), grams=spelled(tiny("xlmr")), loss=sentence
        )
