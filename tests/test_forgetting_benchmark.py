"""What the toy writer forgets of other languages when it learns a task in one: whole, by prompts, by sums of patches."""

from functools import cache

import torch

from benchmarks.forgetting import FAMILY, arguments, judged, learned
from calque import registry
from calque.synthetic import named
from calque.values import Checkpoint
from calque.values.weights import Weights

torch.set_num_threads(1)
WRITER = Checkpoint(registry.PACKAGE / "toy" / "writer")
LANGUAGES = named(f"{FAMILY} seed=0")
ASKED = arguments(
    ["--examples", "80", "--task-epochs", "20", "--full-rate", "1e-2", "--test", "30"]
)


@cache
def found(method):
    """Per language the share of texts in another one, and ROUGE-L."""
    fitted = learned(method, WRITER, LANGUAGES, 0, ASKED)
    rows = [judged(*fitted(code), LANGUAGES, 0, code, ASKED) for code in LANGUAGES.languages]
    return [(row["off"], row["rouge"]) for row in rows]


def test_whole_tuning_drifts_to_the_source_and_prompts_do_not():
    (home, well), *full = found("full")
    assert home < 0.05 and well > 0.8  # the task itself is learned
    _, *prompt = found("prompt")
    for (drifted, worse), (stayed, better) in zip(full, prompt, strict=True):
        assert drifted > 0.2 > 0.1 > stayed
        assert better > worse + 0.1


def test_a_task_s_prompt_goes_with_a_language_s_that_it_never_met():
    for off, rouge in found("factored"):
        assert off < 0.1 and rouge > 0.75


def test_the_model_below_prompts_is_bit_equal():
    fitted = learned("prompt", WRITER, LANGUAGES, 0, arguments(["--examples", "10", "--task-epochs", "1"]))  # fmt: skip
    model, patch = fitted("qab")
    assert model == WRITER and patch is not None
    assert [entry.kind for entry in patch.entries] == ["module"]
    assert patch.head.digests == {name: Weights(WRITER).digest(name) for name in Weights(WRITER)}
