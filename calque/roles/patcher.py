"""patcher: outline -> what trains. Decides which part of a model learns, or what is put into it to learn."""

from calque.roles.base import Role
from calque.values.outline import Outline, Planned

_MATRICES = {
    "attention.self.query": (8, 8),
    "attention.self.key": (8, 8),
    "attention.self.value": (8, 8),
    "attention.output.dense": (8, 8),
    "attention.output.LayerNorm": (8,),
    "intermediate.dense": (16, 8),
    "output.dense": (8, 16),
    "output.LayerNorm": (8,),
}


def example(seed: int) -> tuple[Outline]:
    """A BERT of two or three layers with a head."""
    count = 2 + seed % 2
    shapes = {"bert.embeddings.word_embeddings.weight": (30, 8)}
    for layer in range(count):
        for name, shape in _MATRICES.items():
            place = f"bert.encoder.layer.{layer}.{name}"
            shapes |= {f"{place}.weight": shape, f"{place}.bias": shape[:1]}
    shapes |= {"classifier.weight": (3, 8), "classifier.bias": (3,)}
    layers = tuple(f"bert.encoder.layer.{layer}" for layer in range(count))
    closing = tuple(f"{layer}.output.LayerNorm" for layer in layers)
    return (Outline(shapes, layers, closing, "bert.embeddings.word_embeddings", 8, 2, 4),)


def plans_something(part, outline: Outline):
    """Something trains, and all of it is of a known kind."""
    planned = part(outline)
    assert planned
    assert {each.kind for each in planned} <= {"dense", "low_rank", "factor", "module"}
    assert all(isinstance(each, Planned) for each in planned)


def stays_in_the_body(part, outline: Outline):
    """Parameters are those of the body, each once; modules stand at places that there are, and say what they are."""
    planned = part(outline)
    places = {each.name for each in planned if each.kind != "module"}
    assert places <= set(outline.shapes)
    assert not any(name.startswith("classifier") for name in places)
    assert len(places) == sum(each.kind != "module" for each in planned)
    for each in planned:
        if each.kind == "module":
            assert each.facts["what"]
            assert not each.name or any(n.startswith(f"{each.name}.") for n in outline.shapes)


def is_the_same_again(part, outline: Outline):
    """One outline, one plan."""
    assert part(outline) == part(outline)


patcher = Role(
    "patcher",
    takes=("outline",),
    gives=list,
    about="Decides which part of a model trains, or what is put into it to learn.",
    example=example,
    laws=(plans_something, stays_in_the_body, is_the_same_again),
)
