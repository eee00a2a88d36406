"""Makes sparse_tuning.json: a tiny BERT tuned sparsely by the authors' code, and two differences applied by it.

    git clone https://github.com/cambridgeltl/composable-sft
    git -C composable-sft checkout 29f7872
    python tests/golden/sparse_tuning.py composable-sft

Run are `LotteryTicketSparseFineTuner` (choice, rewinding, masks, pull to the base) and `SFT` (composition), with torch 2.13.0 and
transformers 5.23.0. The loop that they stand on is not the Trainer of the release that they were written for but `Plain`, with that
one's settings: AdamW without decay, gradients cut to a norm of 1, rates that fall in a line. Weights and batches are given by formula.

As it is, the code's pull to the base does nothing: the base is copied from the parameters with their history
(`torch.zeros_like(p).copy_(p)`), so that the distance has the same gradient on both sides, and none in sum. "language" is
that code, "mended" the same with the copies detached.
"""

import importlib
import json
import math
import sys
import types
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from transformers import BertConfig, BertForMaskedLM

HERE = Path(__file__).resolve().parent
CONFIG = {
    "vocab_size": 24,
    "hidden_size": 8,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 12,
    "max_position_embeddings": 10,
    "hidden_dropout_prob": 0.0,
    "attention_probs_dropout_prob": 0.0,
}
RATE, COUNT, EPOCHS = 1e-2, 40, 4
# of each training: what is learned, and the pull that the code is given
ASKED = {"task": ("task", 0.0), "language": ("language", 60.0), "mended": ("language", 60.0)}
KEPT = (
    "bert.embeddings.word_embeddings.weight",
    "bert.encoder.layer.1.attention.self.value.weight",
)


def numbers(shape: tuple[int, ...], salt: int) -> torch.Tensor:
    """Values that look random, in every version of everything."""
    places = torch.arange(math.prod(shape), dtype=torch.float64)
    return (torch.sin(places * 12.9898 + salt * 78.233) * 0.3).reshape(shape).float()


def model() -> BertForMaskedLM:
    """A masked-language BERT with given weights, of which all but norms and head may change."""
    made = BertForMaskedLM(BertConfig(**CONFIG)).train()
    with torch.no_grad():
        for name, own in made.named_parameters():
            own.copy_(numbers(tuple(own.shape), sum(map(ord, name)) % 97))
            if "LayerNorm.weight" in name:
                own.add_(1)
            own.requires_grad_(name.startswith("bert.") and "LayerNorm" not in name)
    return made


def batches(what: str) -> list[dict[str, torch.Tensor]]:
    """Pieces, and what they are to be guessed as, for the tables of each of both trainings."""
    salt = 3 if what == "task" else 8
    cells = torch.arange(4 * 3 * 7).reshape(4, 3, 7)
    ids = (cells * 7 + salt * cells // 5) % CONFIG["vocab_size"]
    return [{"input_ids": own, "labels": (own * 5 + salt) % CONFIG["vocab_size"]} for own in ids]


def loss(learner: Any, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Cross-entropy of all pieces."""
    logits = learner(input_ids=batch["input_ids"]).logits
    return F.cross_entropy(logits.flatten(0, 1), batch["labels"].flatten())


class Plain:
    """What the authors' trainers ask of the class that they extend."""

    use_apex = False

    def __init__(self, model: Any, args: Any, train_dataset: Any):
        self.model, self.args, self.train_dataset = model, args, train_dataset
        self.callbacks: list[Any] = []

    def add_callback(self, callback: Any) -> None:
        self.callbacks.append(callback)

    def training_step(self, learner: Any, batch: Any) -> torch.Tensor:
        found = loss(learner, batch)
        found.backward()
        return found.detach()

    def train(self) -> None:
        trained = [own for own in self.model.parameters() if own.requires_grad]
        optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=0.0)
        steps = self.args.num_train_epochs * len(self.train_dataset)
        for step in range(steps):
            for callback in self.callbacks:
                callback.on_step_begin(self.args, None, None)
            self.training_step(self.model, self.train_dataset[step % len(self.train_dataset)])
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.param_groups[0]["lr"] = RATE * (1 - step / steps)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)


def authors(folder: Path) -> tuple[Any, Any]:
    """The modules `lt_sft` and `sft`, without the parts of the package that fetch from the hub."""
    package = types.ModuleType("sft")
    package.__path__ = [str(folder / "src" / "sft")]
    hub = types.ModuleType("sft.hf_utils")
    hub.pull_from_hf_model_hub = None
    sys.modules |= {"sft": package, "sft.hf_utils": hub}
    return importlib.import_module("sft.lt_sft"), importlib.import_module("sft.sft")


def main() -> None:
    """Tune twice, add both, and keep what came out."""
    lottery, _ = authors(Path(sys.argv[1]))
    answers: dict[str, Any] = {}
    patches = {}
    for name, (what, pull) in ASKED.items():
        learner = model()
        settings = {"ft_params_num": COUNT, "n_ft_iterations": 1, "full_l1_reg": pull, "sparse_l1_reg": pull, "apply_reg_to_sparse_only": False}  # fmt: skip
        settings |= dict.fromkeys(f"{phase}_ft_m{end}_steps_per_iteration" for phase in ("full", "sparse") for end in ("in", "ax"))  # fmt: skip
        settings |= {f"{phase}_ft_max_epochs_per_iteration": EPOCHS for phase in ("full", "sparse")}
        args = types.SimpleNamespace(
            get_process_log_level=lambda: 40, local_rank=0, disable_tqdm=True, per_device_train_batch_size=1,
            gradient_accumulation_steps=1, num_train_epochs=0, max_steps=-1,
        )  # fmt: skip
        trainer = lottery.LotteryTicketSparseFineTuner(Plain)(
            model=learner, args=args, train_dataset=batches(what),
            sft_args=types.SimpleNamespace(**settings),
            maskable_params=[name for name, own in learner.named_parameters() if own.requires_grad],
        )  # fmt: skip
        if name == "mended":
            trainer._original_params = {n: p.detach() for n, p in trainer._original_params.items()}
        trainer.train()
        patches[name] = trainer.sft()
        answers[name] = {}
        for own, mask in trainer._mask.items():
            where = mask.reshape(-1).nonzero()[:, 0]
            if len(where):
                delta = patches[name].diffs[own].to_dense().reshape(-1)[where]
                answers[name][own] = [where.tolist(), delta.tolist()]
    both = model()
    for name in ("task", "mended"):
        patches[name].apply(both)
    answers["both"] = {own: both.get_parameter(own).tolist() for own in KEPT}
    text = json.dumps({"tools": {"composable-sft": "29f7872"}, "answers": answers})
    (HERE / "sparse_tuning.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
