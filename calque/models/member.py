"""One model out of a folder of several."""

from calque.models.packed import unpack
from calque.roles import part
from calque.values import Checkpoint, Hydra
from calque.workspace import fresh


@part
def member(hydra: Hydra, *, name: str) -> Checkpoint:
    """Take one model out of a folder of several, every file as it was put in, byte for byte.

    name: of the member
    """
    folder = fresh("member")
    unpack(hydra, name, folder)
    return Checkpoint(folder)
