"""Small bases and patches of every kind, for the tests of the algebra."""

import json

import torch
from hypothesis import strategies as st
from safetensors.torch import load_file, save_file

from calque.maths.differences import Term, places
from calque.values import Checkpoint
from calque.values.between import name_of
from calque.values.patch import Head, Piece, write_patch
from calque.values.weights import Weights

SHAPES = {
    "embeddings.weight": (7, 4),
    "layer.0.dense.weight": (5, 4),
    "layer.0.dense.bias": (5,),
    "layer.1.dense.weight": (5, 4),
    "layer.1.norm.weight": (4,),
    "scale": (),
}
KINDS = ("dense", "sparse", "rows", "low_rank", "bias", "norm", "layers", "whole")


def tensors_of(checkpoint):
    return {name: t for path in checkpoint.weights for name, t in load_file(path).items()}


def a_model(folder, tensors, **config):
    folder.mkdir(parents=True)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    settings = {"model_type": "toy", "architectures": ["Toy"]} | config
    (folder / "config.json").write_text(json.dumps(settings))
    return Checkpoint(folder)


def a_base(folder, *, seed=0, kind=torch.float32, **config):
    generator = torch.Generator().manual_seed(seed)
    tensors = {n: torch.randn(s, generator=generator).to(kind) for n, s in SHAPES.items()}
    tensors["positions"] = torch.arange(4)
    return a_model(folder, tensors, **config)


def a_term(kind, shape, seed, size=1.0):
    generator = torch.Generator().manual_seed(seed)

    def draw(*shape):
        return torch.randn(shape, generator=generator) * size

    if kind == "low_rank":
        rank = 1 + seed % 3
        return Term(kind, shape, {"up": draw(shape[0], rank), "scale": draw(rank), "down": draw(rank, shape[1])})  # fmt: skip
    if kind == "dense":
        return Term(kind, shape, {"value": draw(*shape)})
    count = shape[0] if kind == "rows" else torch.Size(shape).numel()
    some = torch.randperm(count, generator=generator)[: max(1, count // 3)].sort().values
    rest = shape[1:] if kind == "rows" else ()
    name = "ids" if kind == "rows" else "indices"
    return Term(kind, shape, {name: places(some, count), "values": draw(len(some), *rest)})


def a_patch(base, kind, seed=0, size=1.0):
    """A patch of one of `KINDS` on a base."""
    matrices = ["layer.0.dense.weight", "layer.1.dense.weight"]
    chosen = {
        "dense": list(SHAPES),
        "sparse": list(SHAPES)[:5],
        "rows": ["embeddings.weight"],
        "low_rank": matrices,
        "bias": ["layer.0.dense.bias"],
        "norm": ["layer.1.norm.weight"],
        "layers": [name for name in SHAPES if name.startswith("layer.1")],
        "whole": matrices[:1],
    }[kind]
    form = kind if kind in ("sparse", "rows", "low_rank") else "dense"
    terms = {n: a_term(form, SHAPES[n], seed * 31 + k, size) for k, n in enumerate(chosen)}
    pieces = [Piece(n, t.kind, t.shape, t.tensors) for n, t in terms.items()]
    if kind == "whole":
        pieces.append(Piece("head.weight", "whole", (2, 4), {"value": torch.ones(2, 4)}))
    weights = Weights(base)
    head = Head(name_of(weights), {name: weights.digest(name) for name in weights})
    return write_patch(head, pieces)


kinds = st.sampled_from(KINDS)
seeds = st.integers(0, 50)
