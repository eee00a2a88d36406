"""Makes script_losses.json: what the code of TransliCo and of Transliteration-PPA says of a tiny XLM-R.

    git clone https://github.com/cisnlp/TransliCo && git -C TransliCo checkout 87df59e
    git clone https://github.com/cisnlp/Transliteration-PPA && git -C Transliteration-PPA checkout 0bf33a6
    python tests/golden/script_losses.py TransliCo Transliteration-PPA

Runs `TCMContinuedPreTrainer.training_step` of either tool on weights, pieces and hidden places that come from
formulas, so that the test can make the same ones. What their class inherits from the trainer of transformers, and
what that no longer has, is stood in for by settings; no line of theirs is changed.
"""

import contextlib
import importlib.util
import json
import sys
import types
from pathlib import Path
from typing import Any

import torch
import transformers

HERE = Path(__file__).resolve().parent
VOCABULARY, WIDTH, LAYERS, LAYER = 40, 16, 3, 2
FIRST, PAD, LAST, MASK = 0, 1, 2, 39
LENGTHS = ((5, 8), (7, 6), (3, 4), (6, 6))  # ordinary pieces of both forms of each text


def sines(count: int, phase: float, size: float) -> torch.Tensor:
    """Uneven numbers, rounded, the same anywhere."""
    line = torch.arange(count, dtype=torch.float64) ** 1.3
    return (size * torch.sin(phase + line)).round(decimals=4).float()


def model() -> Any:
    """XLM-R with a masked-language head, without dropout."""
    config = transformers.XLMRobertaConfig(
        vocab_size=VOCABULARY, hidden_size=WIDTH, num_hidden_layers=LAYERS, num_attention_heads=2,
        intermediate_size=2 * WIDTH, max_position_embeddings=40, type_vocab_size=1, pad_token_id=PAD,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    made = transformers.XLMRobertaForMaskedLM(config)
    with torch.no_grad():
        for number, (name, weights) in enumerate(sorted(made.named_parameters())):
            begun = 1.0 if "LayerNorm.weight" in name or "layer_norm.weight" in name else 0.0
            weights.copy_(begun + sines(weights.numel(), number, 0.3).reshape(weights.shape))
    return made


def rows(pieces: list[list[int]]) -> dict[str, torch.Tensor]:
    """Ids, attention and special places of inputs without their padding."""
    width = max(len(one) for one in pieces)
    ids = torch.tensor([one + [PAD] * (width - len(one)) for one in pieces])
    return {"ids": ids, "mask": (ids != PAD).long(), "special": ((ids < 3) | (ids == PAD)).long()}


def hidden(made: dict[str, torch.Tensor], start: int) -> dict[str, torch.Tensor]:
    """Every fifth ordinary piece is to be guessed, of these every third is left as it was."""
    ordinary = (made["special"] == 0).flatten().nonzero()[:, 0]
    places = ordinary[start::5]
    labels = torch.full_like(made["ids"], -100).flatten()
    labels[places] = made["ids"].flatten()[places]
    spoiled = made["ids"].flatten().clone()
    spoiled[places[torch.arange(len(places)) % 3 != 2]] = MASK
    shape = made["ids"].shape
    return made | {"spoiled": spoiled.reshape(shape), "labels": labels.reshape(shape)}


def batch() -> list[dict[str, torch.Tensor]]:
    """Texts, the other form of each, and both in one input: the second form first where odd."""
    numbers = iter(range(10_000))
    both = [[[3 + next(numbers) * 7 % 36 for _ in range(n)] for n in pair] for pair in LENGTHS]
    single = [rows([[FIRST, *pair[side], LAST] for pair in both]) for side in (0, 1)]
    joint = []
    for number, pair in enumerate(both):
        x, y = pair if number % 2 == 0 else pair[::-1]
        joint.append([FIRST, *x, LAST, LAST, *y, LAST])
    return [hidden(made, start) for start, made in enumerate([*single, rows(joint)])]


def negatives(count: int, width: int) -> torch.Tensor:
    """What stands in for random vectors."""
    return sines(count * width, 0.5, 1.0).reshape(count, width)


def trainer(folder: Path, **settings: Any) -> Any:
    """Their trainer, none of whose machinery is set up."""
    old = types.ModuleType("transformers.file_utils")
    old.is_apex_available = lambda: False  # type: ignore[attr-defined]
    sys.modules.setdefault("transformers.file_utils", old)
    file = folder / "ContinuedPretrainerSingle.py"
    spec = importlib.util.spec_from_file_location(folder.name.replace("-", "_"), file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    stand_in = {
        "_prepare_inputs": lambda self, inputs: inputs,
        "compute_loss_context_manager": lambda self: contextlib.nullcontext(),
    }
    made = object.__new__(type("Bare", (module.TCMContinuedPreTrainer,), stand_in))
    made.args = types.SimpleNamespace(device="cpu", n_gpu=1, gradient_accumulation_steps=1)
    made.control = types.SimpleNamespace()
    made.deepspeed = made.do_grad_scaling = made.use_apex = False
    plain = {"train_cls": False, "contrast_layer": LAYER, "temperature": 1.0, "use_lm": True}
    plain |= {"use_contrastive": True, "use_transliteration_emb": False, "use_tlm": False}
    plain |= {"use_cosine": False, "use_smoothing": False, "tcm_loss_weight": 1.0}
    for name, value in (plain | settings).items():
        setattr(made, name, value)
    return made


def given() -> dict[str, torch.Tensor]:
    """The batch under the names that both tools know."""
    made = {}
    for name, one in zip(("1", "2", "tlm"), batch(), strict=True):
        made |= {f"input_ids_{name}": one["spoiled"], f"attention_mask_{name}": one["mask"]}
        made |= {f"labels_{name}": one["labels"]}
        made |= {f"token_type_ids_{name}": torch.zeros_like(one["ids"])}
        made |= {
            f"special_tokens_mask_{name}": one["special"],
            f"pool_mask_{name}": 1 - one["special"],
        }
    return made


def main() -> None:
    """Run every combination and write the losses, and how far some weights are pulled."""
    first, second = (Path(name).resolve() for name in sys.argv[1:3])
    torch.normal = lambda mean, std, size, device: negatives(*size)  # type: ignore[assignment]
    cosine = {"use_cosine": True, "temperature": 0.1}
    asked = {
        "translico": (first, {"tcm_loss_weight": 0.5}),
        "translico masked alone": (first, {"use_contrastive": False}),
        "translico contrast alone": (first, {"use_lm": False, "tcm_loss_weight": 0.5}),
        "ppa": (second, {"use_tlm": True}),
        "ppa joint without contrast": (second, {"use_tlm": True, "use_contrastive": False}),
        "ppa cosine": (second, {"use_lm": False} | cosine),
        "ppa smoothing": (second, {"use_lm": False, "use_smoothing": True}),
        "ppa cosine and smoothing": (second, {"use_lm": False, "use_smoothing": True} | cosine),
    }
    found = {}
    for name, (folder, settings) in asked.items():
        ours = model()
        loss = trainer(folder, **settings).training_step(ours, given())
        pull = ours.base_model.embeddings.word_embeddings.weight.grad
        found[name] = {"loss": float(loss), "pull": float(pull.norm())}
    facts = {
        "tool": "cisnlp/TransliCo, cisnlp/Transliteration-PPA",
        "commit": "87df59e42f69a4636a851981110792bd2ceb3099, 0bf33a6e0e29c487bc28d34cd639b82f35010ad2",
        "transformers": transformers.__version__,
        "command": "python tests/golden/script_losses.py TransliCo Transliteration-PPA",
    }
    text = json.dumps(facts | {"found": found}, indent=1)
    (HERE / "script_losses.json").write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
