"""What a model costs to keep beside its base."""

from calque.progress import track
from calque.roles import part
from calque.values import Checkpoint
from calque.values.between import between
from calque.values.weights import Weights, resolved


@part(paper="cost-benefit-transfer")
def stored(base: Checkpoint, tuned: Checkpoint) -> int:
    """Count the bytes of what the model has beyond its base: what another language adds to a disk.

    Each tensor counts as little as it can be kept in, as `adaptation.difference` does: nothing where it is the base's,
    its difference by cells or rows where few numbers changed, else whole. Models with other words count too.

    base, tuned: of any vocabularies and heads
    """
    old, new = Weights(base), Weights(tuned)
    total = 0
    for name in track(sorted(new), "comparing tensors"):
        place, tensor = resolved(name, old.places), new.numbers(name)
        if place is None or old.places[place].shape != new.places[name].shape:
            total += tensor.nbytes
        elif old.digest(place) != new.digest(name):
            terms = between(old.numbers(place), tensor) if tensor.is_floating_point() else []
            told = sum(own.nbytes for term in terms for own in term.tensors.values())
            total += min(told, tensor.nbytes) if terms else tensor.nbytes
    return total
