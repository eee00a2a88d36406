"""Replace a model's tables of pieces by the nearest ones of low rank.

Source: Liu et al. 2024, "OFA", section 3.1, https://arxiv.org/abs/2311.08849; that the nearest is the
truncated singular value decomposition: Eckart and Young 1936, https://doi.org/10.1007/BF02288367
"""

import logging
import shutil

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from calque.errors import BadSetting
from calque.models.tables import table_names
from calque.roles import part
from calque.values import Checkpoint
from calque.workspace import fresh

log = logging.getLogger(__name__)

_ROWS = 1 << 14  # at a time


@part(paper="liu-etal-2024-ofa")
def factorize(checkpoint: Checkpoint, *, rank: int = 400) -> Checkpoint:
    """Bring the rows of every table over the pieces into the `rank` directions that hold most of them.

    What OFA starts from: rows F P with coordinates F [s, rank] and primitives P [rank, d], of which
    only F is transferred. A mixture W of rows gives (W F) P = W (F P), so that mixing the folder's
    rows afterwards (`models.swap`) gives OFA's start.

    What it does not save: the folder holds F P multiplied out, as large as before, so that plain
    transformers loads it. Training moves all d columns, where the paper trains F and P. It shows
    what the rank costs, and takes noise in the smallest directions out of the rows.

    rank: columns of F; the paper takes 100, 200 and 400 of 768. At least the width: nothing changes

    Output rows of their own are factorized by themselves; every other weight is copied bit for bit.
    """
    if rank < 1:
        raise BadSetting(f"models.factorize: rank must be at least 1, got {rank}")
    _, names = table_names(checkpoint)
    folder = fresh("model")
    for path in checkpoint.folder.rglob("*"):
        if path.is_file() and path.suffix != ".safetensors":
            target = folder / path.relative_to(checkpoint.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    for path in checkpoint.weights:
        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            facts = file.metadata()
        for name in names:
            if name in tensors and rank < tensors[name].shape[1]:
                tensors[name] = _truncated(name, tensors[name], rank)
        save_file(tensors, folder / path.name, metadata=facts)
    return Checkpoint(folder)


def _truncated(name: str, table: torch.Tensor, rank: int) -> torch.Tensor:
    gram = torch.zeros(table.shape[1], table.shape[1], dtype=torch.float64)
    for some in table.split(_ROWS):
        gram += some.double().T @ some.double()
    values, vectors = torch.linalg.eigh(gram)  # rising
    kept = vectors[:, -rank:]
    share = float(values[-rank:].sum() / values.sum().clamp_min(1e-300))
    log.info("%s: rank %d of %d holds %.1f %% of its squares", name, rank, len(gram), 100 * share)
    return torch.cat(
        [(some.double() @ kept @ kept.T).to(table.dtype) for some in table.split(_ROWS)]
    )
