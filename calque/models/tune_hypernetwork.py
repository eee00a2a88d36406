"""A network learns to give new pieces their rows, from tokenizers drawn at random.

Source: Minixhofer et al. 2024, "Zero-Shot Tokenizer Transfer", section 3,
https://arxiv.org/abs/2405.07883
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from calque.errors import BadSetting, BadValue
from calque.models.batches import longest
from calque.models.drawn import Drawn
from calque.models.folder import open_tokenizer
from calque.models.hypernet import LONGEST, Hypernet, write
from calque.models.learning_rows import LearningRows, continuing, guessing, identity, imitating
from calque.models.running import processes, shared_folder
from calque.models.shuffled import shuffled
from calque.models.tokens import vocabulary_of
from calque.models.train import Stream, train
from calque.models.vocabulary_rows import Tables, tables_of
from calque.models.whole import kind_of, named_by, open_whole
from calque.roles import part
from calque.values import Checkpoint, Hypernetwork, Texts

_TEXTS = 128  # of a batch: nearly all time goes into the network's own rows
_IDENTITY, _ROWS = 0.05, 512  # share of steps before the others, pieces of their batches
_MOST = 32768  # pieces of a drawn tokenizer, if nothing else is said
_MEMORY = (16, 65536)  # rows for forms as a whole: for each piece of a drawn tokenizer, and at most
_FASTER = 10.0  # their learning rate: each is met in few batches


@part(paper="zett")
def tune_hypernetwork(
    checkpoint: Checkpoint,
    texts: Texts,
    *,
    masker: Callable[..., Any] | None = None,
    steps: int = 400,
    learning_rate: float = 1e-3,
    pieces: int | None = None,
    beyond: bool = True,
    seed: int = 0,
) -> Hypernetwork:
    """Train a network that reads a piece as the old pieces that spell it and gives its row.

    It learns from texts cut by tokenizers drawn at random, so that it can serve any tokenizer
    afterwards (`models.predict_rows`), of this model or of one fine-tuned from it. The model itself
    stays as it is.

    checkpoint: a causal model, one with a masked-language head, or any body; a causal one is to
                guess each next piece
    texts:      what it is to go on reading well, in the languages that it knows
    masker:     how pieces are hidden (`objectives.random_mask`): the body, with its head, is to guess
                them. None for a causal model, and for a body without that head, which is to give each
                text, in the mean of its states, the vector that it gives under its own tokenizer
    steps:      batches of 128 texts
    learning_rate: peak of a linear schedule; ten times that for what is remembered of single pieces
    pieces:     of each drawn tokenizer; as many as the model has, 32768 at most, if not given
    beyond:     whether the network gives what is to be added to the mean of the old rows, so that it
                begins as that heuristic, and an old piece keeps its row exactly. It then learns
                from tokenizers of merges, and remembers forms. The paper's network makes whole rows,
                first from old pieces alone (a twentieth more steps), old ones come out only
                nearly as they were, and tokenizers are of blurred substrings: at a few thousand
                pieces most of those are in no word's cut, and real tokenizers are served badly

    Unlike the paper's, tokenizers are 64, and the softmax goes over the pieces of a batch and 512
    others that stand for all. The paper's embedding of the language is left out: texts are of one.
    """
    if steps < 1 or (pieces is not None and pieces < 1):
        raise BadSetting("models.tune_hypernetwork: steps and pieces must be at least 1")
    kind = kind_of(checkpoint)
    causal = kind == "causal"
    if masker is not None and kind != "masked":
        raise BadValue(
            f"models.tune_hypernetwork: {checkpoint.folder} is of the kind '{kind}'; only a model with a "
            "masked-language head takes a masker"
        )
    read = [text for text in texts if text.strip()]
    if not read:
        raise BadValue("models.tune_hypernetwork: the texts are empty; nothing to read")
    model: Any = open_whole(checkpoint)
    tokenizer = open_tokenizer(checkpoint)
    old = vocabulary_of(tokenizer)
    tables = tables_of(model, len(old))
    size = min(len(old), _MOST) if pieces is None else pieces
    drawn = Drawn(
        tokenizer,
        read,
        size=size,
        longest=LONGEST,
        masker=masker,
        causal=causal,
        merges=beyond,
        maximum=longest(model, tokenizer) - causal,  # the piece before a text takes a place
        seed=seed,
    )
    network = _network(tables, beyond, min(_MEMORY[0] * size, _MEMORY[1]) * beyond, seed)
    learner = LearningRows(model, network, tables, masker is not None or causal)
    name = named_by("rows", checkpoint, texts, masker, steps, learning_rate, pieces, beyond, seed)
    rates = {r"\.memory\.": _FASTER * learning_rate} if beyond else {}
    common: dict[str, Any] = {
        "learning_rate": rates | {"": learning_rate},
        "trains": r"^network\.", "dropout": False, "seed": seed,
    }  # fmt: skip
    if not beyond:
        alone = shuffled(np.ones(len(old)), _alone, size=_ROWS)
        first = Stream("identity", alone, identity)
        train(
            learner, [first], steps=max(1, int(_IDENTITY * steps)), name=f"{name}-first", **common
        )
    lengths = np.array([len(text) for text in read])
    batches = shuffled(lengths, drawn.batch, size=_TEXTS)
    objective = continuing if causal else imitating if masker is None else guessing
    train(learner, [Stream("rows", batches, objective)], steps=steps, name=name, **common)
    folder = shared_folder("hypernetwork")
    if processes().is_main_process:
        write(learner.network, folder)
    processes().wait_for_everyone()
    return Hypernetwork(folder)


def _alone(rows: np.ndarray, _generator: np.random.Generator) -> torch.Tensor:
    return torch.from_numpy(rows.astype(np.int64))[:, None]


def _network(tables: Tables, beyond: bool, remembers: int, seed: int) -> Hypernet:
    inputs = tables.inputs.shape[1]
    outputs = 0 if tables.outputs is None else tables.outputs.shape[1]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        # heads are 64 wide, or there is one
        width = inputs if inputs < 64 else inputs // 64 * 64
        network = Hypernet(
            inputs, outputs, tables.bias is not None, beyond, width, remembers=remembers
        )
    some = torch.linspace(0, len(tables.inputs) - 1, min(2048, len(tables.inputs))).long()
    network.begin(tables.both, some[:, None])
    return network
