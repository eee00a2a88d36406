"""What is added to a tensor, in the form that is cheapest: dense, sparse, rows, or low rank."""

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

KINDS = ("dense", "rows", "low_rank", "sparse")
_TOLD = 1024  # numbers of each tensor that tell one term from another


@dataclass(frozen=True)
class Term:
    """A difference of one tensor.

    kind:    "dense" (value, of the tensor's shape), "sparse" (indices of the flat tensor, ascending,
             and values), "rows" (ids, ascending, and values [k, ...]) or "low_rank" (up [m, r],
             scale [r], down [r, n]: up · diag(scale) · down)
    shape:   of the tensor
    tensors: by the names above
    """

    kind: str
    shape: tuple[int, ...]
    tensors: dict[str, torch.Tensor]

    def rows(self, start: int, stop: int) -> torch.Tensor:
        """These rows of the difference, in float64, of the tensor's shape."""
        shape = (stop - start, *self.shape[1:]) if self.shape else ()
        own = self.tensors
        if self.kind == "dense":
            return (own["value"][start:stop] if self.shape else own["value"]).double()
        if self.kind == "low_rank":
            up = own["up"][start:stop].double() * own["scale"].double()
            return up @ own["down"].double()
        made = torch.zeros(shape, dtype=torch.float64)
        name, width = ("ids", 1) if self.kind == "rows" else ("indices", math.prod(self.shape[1:]))
        places = own[name].long()
        ends = torch.tensor([start * width, stop * width])
        first, last = torch.searchsorted(places, ends).tolist()
        flat = made if self.kind == "rows" else made.view(-1)
        flat[places[first:last] - start * width] = own["values"][first:last].double()
        return made

    @property
    def cells(self) -> int:
        """How many numbers the tensor has."""
        return math.prod(self.shape)

    @property
    def size(self) -> int:
        """Bytes of what is stored."""
        return sum(tensor.nbytes for tensor in self.tensors.values())


def total(
    terms: Iterable[Term],
    shape: tuple[int, ...],
    start: int,
    stop: int,
    onto: torch.Tensor | None = None,
) -> torch.Tensor:
    """These rows of the sum of all terms, in float64, each added in turn to the rows of `onto`."""
    made = torch.zeros((stop - start, *shape[1:]) if shape else (), dtype=torch.float64)
    made = made if onto is None else onto.double()
    for term in terms:
        made = made + term.rows(start, stop)
    return made


def dense(terms: Sequence[Term], shape: tuple[int, ...]) -> torch.Tensor:
    """The sum of all terms, whole, in float64."""
    return total(terms, shape, 0, shape[0] if shape else 1)


def places(indices: torch.Tensor, count: int) -> torch.Tensor:
    """Indices below `count`, in four bytes each where these hold them."""
    return indices.to(torch.int32 if count <= 2**31 else torch.int64)


def sparse(value: torch.Tensor, chosen: torch.Tensor) -> Term:
    """The cells of `value` where `chosen` is true."""
    flat = chosen.reshape(-1).nonzero()[:, 0]
    tensors = {"indices": places(flat, value.numel()), "values": value.reshape(-1)[flat]}
    return Term("sparse", tuple(value.shape), tensors)


def cheapest(value: torch.Tensor) -> Term:
    """The same difference in the fewest bytes: dense, sparse or rows."""
    changed = value != 0
    count = int(changed.sum())
    made = [Term("dense", tuple(value.shape), {"value": value})]
    if value.dim() == 2:
        rows = changed.any(dim=1).nonzero()[:, 0]
        if len(rows) < len(value):
            tensors = {"ids": places(rows, len(value)), "values": value[rows]}
            made.append(Term("rows", tuple(value.shape), tensors))
    if count * (value.itemsize + 4) < min(term.size for term in made):
        made.append(sparse(value, changed))
    return min(made, key=lambda term: term.size)


def scaled(term: Term, factor: float) -> Term:
    """The difference times `factor`; a low-rank one keeps its factors as they are."""
    name = {"dense": "value", "low_rank": "scale"}.get(term.kind, "values")
    tensor = (term.tensors[name].double() * factor).to(term.tensors[name].dtype)
    return Term(term.kind, term.shape, term.tensors | {name: tensor})


def summed(terms: Sequence[Term]) -> list[Term]:
    """The sum, one term of each kind that there is, whatever the order of the terms.

    Low-rank terms put their factors side by side; sparse ones and rows keep every place that any
    has; what is of another kind stands beside them. Sums are rounded once.
    """
    made = []
    for kind in KINDS:
        alike = [term for term in terms if term.kind == kind]
        if len(alike) > 1:
            alike = [_SUMS[kind](_ordered(alike))]
        made += alike
    return made


def _ordered(terms: list[Term]) -> list[Term]:
    """The terms in an order that depends on their content alone; mostly, some numbers tell it."""
    names = [_content(term, _TOLD) for term in terms]
    if len(set(names)) < len(names):
        names = [_content(term) for term in terms]
    return [terms[place] for place in sorted(range(len(terms)), key=names.__getitem__)]


def _content(term: Term, most: int | None = None) -> bytes:
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(term.tensors):
        some = term.tensors[name].reshape(-1)[:most].contiguous()
        if some.numel():
            digest.update(some.view(torch.uint8).numpy().data)
    return digest.digest()


def _kind(tensors: Iterable[torch.Tensor]) -> Any:
    wide = [tensor.dtype for tensor in tensors]
    return torch.float64 if torch.float64 in wide else torch.float32


def _dense(terms: Sequence[Term]) -> Term:
    values = [term.tensors["value"] for term in terms]
    made = values[0].double()
    for value in values[1:]:
        made = made + value
    return Term("dense", terms[0].shape, {"value": made.to(_kind(values))})


def _places(terms: Sequence[Term], name: str) -> Term:
    values = [term.tensors["values"] for term in terms]
    where = torch.cat([term.tensors[name] for term in terms])
    found, back = torch.unique(where, return_inverse=True)
    made = torch.zeros((len(found), *values[0].shape[1:]), dtype=torch.float64)
    made.index_add_(0, back, torch.cat(values).double())
    tensors = {name: found, "values": made.to(_kind(values))}
    return Term(terms[0].kind, terms[0].shape, tensors)


def _low_rank(terms: Sequence[Term]) -> Term:
    axes = {"up": 1, "scale": 0, "down": 0}
    tensors = {}
    for name, axis in axes.items():
        kind = _kind(term.tensors[name] for term in terms)
        tensors[name] = torch.cat([term.tensors[name].to(kind) for term in terms], dim=axis)
    return Term("low_rank", terms[0].shape, tensors)


_SUMS = {
    "dense": _dense,
    "sparse": lambda terms: _places(terms, "indices"),
    "rows": lambda terms: _places(terms, "ids"),
    "low_rank": _low_rank,
}


def core(term: Term) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Singular values and vectors of a low-rank term: U [m, k], S [k] falling, V [k, n], in float64.

    The product is never formed: a QR decomposition of each factor leaves a core of r by r numbers.
    """
    up = term.tensors["up"].double() * term.tensors["scale"].double()
    left, upper = torch.linalg.qr(up)
    right, lower = torch.linalg.qr(term.tensors["down"].double().T)
    inner, values, outer = torch.linalg.svd(upper @ lower.T, full_matrices=False)
    return left @ inner, values, outer @ right.T


def dot(one: Sequence[Term], two: Sequence[Term], shape: tuple[int, ...]) -> float:
    """The sum over all cells of the products of two differences."""
    if all(term.kind == "low_rank" for term in (*one, *two)):
        found = 0.0
        for a in one:
            for b in two:
                ups = (a.tensors["up"].double() * a.tensors["scale"].double()).T @ (
                    b.tensors["up"].double() * b.tensors["scale"].double()
                )
                downs = a.tensors["down"].double() @ b.tensors["down"].double().T
                found += float((ups * downs).sum())
        return found
    return float((dense(one, shape) * dense(two, shape)).sum())
