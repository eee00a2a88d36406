"""Makes codec.json: the best insertions of two marks that Codec finds under planted models.

    git clone https://github.com/duonglm38/Codec
    git -C Codec checkout 60224a0
    python tests/golden/codec.py Codec

Runs its `bracket_constraint_decode` with the exact bound (future_steps -1), spans of at least one element, the best
three, on models that give every prefix log probabilities drawn from a seed. Its file is read with the numbers of CUDA
devices replaced, so that it runs on a CPU. Answers are lists of start, end and log probability.
"""

import json
import sys
import zlib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
COUNT = 60
BEST = 3
START, END, OPEN, CLOSE, PIECES = 0, 1, 2, 3, 8


def planted() -> list[tuple[int, list[int], float]]:
    """Of each case the seed of its model, a sequence, and how peaked the model is."""
    generator = np.random.default_rng(3)
    return [
        (
            row,
            generator.integers(4, PIECES, int(generator.integers(1, 7))).tolist(),
            float(generator.choice([0.3, 1.0, 3.0])),
        )
        for row in range(COUNT)
    ]


def logs(seed: int, prefix: list[int], peaked: float) -> np.ndarray:
    """[pieces] log probabilities of what follows a prefix, which begins with START."""
    given = zlib.crc32(bytes([seed, *prefix]))
    even = np.array([zlib.crc32(bytes([piece]), given) for piece in range(PIECES)]) / 2**32
    scores = peaked * 12**0.5 * (even - 0.5)
    return scores - np.log(np.exp(scores).sum())


def main() -> None:
    """Ask the tool and keep what it says."""
    import torch

    folder = Path(sys.argv[1])
    sys.path.insert(0, str(folder))
    text = (folder / "constrained_decoding.py").read_text()
    text = text.replace("input_ids.get_device()", "torch.device('cpu')")
    text = text.replace("if device >= 0:", "if device.type == 'cuda':")
    code: dict[str, Any] = {"__name__": "constrained_decoding"}
    exec(compile(text, "constrained_decoding.py", "exec"), code)
    from utils import Candidate  # type: ignore[import-not-found]

    class Model:
        config = SimpleNamespace(is_encoder_decoder=True)

        def __init__(self, seed: int, peaked: float):
            self.seed, self.peaked = seed, peaked

        def prepare_inputs_for_generation(self, input_ids: Any, **_: Any) -> dict[str, Any]:
            return {"input_ids": input_ids}

        def __call__(self, input_ids: Any, return_dict: bool) -> Any:
            rows = [logs(self.seed, row, self.peaked) for row in input_ids.tolist()]
            return SimpleNamespace(logits=torch.tensor(np.array(rows))[:, None])

        def adjust_logits_during_generation(self, logits: Any, cur_len: int) -> Any:
            return logits

        def _update_model_kwargs_for_generation(self, _: Any, given: Any, **__: Any) -> Any:
            return given

    answers = []
    for seed, sequence, peaked in planted():
        n = len(sequence)
        candidate = Candidate(text_ids=None, score=torch.tensor([[-float("inf")]]))
        code["bracket_constraint_decode"](
            input_ids=torch.tensor([[START]]),
            template_ids=torch.tensor([START, *sequence, END]),
            model=Model(seed, peaked),
            scores=torch.zeros(1, dtype=torch.float64),
            curr_new_tokens=0,
            batch_size=16,
            template_pointer=torch.tensor([1]),
            bracket_stack=["]", "["],
            bracket_mapping={"[": [OPEN], "]": [CLOSE]},
            stack_pointers=torch.tensor([1]),
            candidate=candidate,
            model_kwargs={"past_key_values": None},
            logits_processor=lambda _, scores: scores,
            prev_accumulated_scores=[[0]],
            left_marker="[",
            right_marker="]",
            n_best=BEST,
            possible_opening_positions=set(range(1, n + 1)),
            possible_closing_positions={1 + i: set(range(2 + i, n + 2)) for i in range(n)},
            save_visualization=False,
            future_steps=-1,
            pad_token_id=-1,
            eos_token_id=END,
        )
        found = sorted(candidate.min_heap, key=lambda one: -one[0])
        answers.append([[one[4][0] - 1, one[4][1] - 2, round(float(one[0]), 9)] for one in found])
    text = json.dumps({"best": answers}).replace("]], ", "]],\n")
    (HERE / "codec.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
