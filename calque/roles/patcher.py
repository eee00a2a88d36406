"""patcher: outline -> what trains. Decides which part of a model learns, or what is put into it to learn."""

from calque.roles.base import Role
from calque.values.outline import Outline, Planned

_MATRICES = {
    "attention.self.query": (16, 16),
    "attention.self.key": (16, 16),
    "attention.self.value": (16, 16),
    "attention.output.dense": (16, 16),
    "attention.output.LayerNorm": (16,),
    "intermediate.dense": (32, 16),
    "output.dense": (16, 32),
    "output.LayerNorm": (16,),
}


def example(seed: int) -> tuple[Outline]:
    """A BERT of two or three layers with a head."""
    count = 2 + seed % 2
    shapes: dict[str, tuple[int, ...]] = {"bert.embeddings.word_embeddings.weight": (30, 16)}
    for layer in range(count):
        for name, shape in _MATRICES.items():
            place = f"bert.encoder.layer.{layer}.{name}"
            shapes |= {f"{place}.weight": shape, f"{place}.bias": shape[:1]}
    shapes |= {"classifier.weight": (3, 16), "classifier.bias": (3,)}
    layers = tuple(f"bert.encoder.layer.{layer}" for layer in range(count))
    closing = tuple(f"{layer}.output.LayerNorm" for layer in layers)
    return (Outline(shapes, layers, closing, "bert.embeddings.word_embeddings", 16, 2, 8),)


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
