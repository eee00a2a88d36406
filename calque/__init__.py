"""calque: cross-lingual transfer. Labels in one language, scraps in another, a model for the second."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calque.registry import part as part
    from calque.run import run as run
    from calque.transfer import transfer as transfer

__version__ = "0.1.0"

_HOME = {"run": "run", "part": "registry", "transfer": "transfer"}


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module 'calque' has no attribute {name!r}")
    thing = getattr(import_module(f"calque.{_HOME[name]}"), name)
    globals()[name] = thing  # a submodule of the same name must not hide the function
    return thing
