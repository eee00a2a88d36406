"""calque: cross-lingual transfer. Labels in one language, scraps in another, a model for the second."""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calque.registry import part as part
    from calque.run import run as run
    from calque.transfer import transfer as transfer

__version__ = "0.1.0"

_HOME = {"run": "run", "part": "registry", "transfer": "transfer"}


class _Package(ModuleType):
    """Keeps `calque.run` the function, also once somebody has imported the module of that name."""

    def __setattr__(self, name: str, value: object) -> None:
        if name in _HOME and isinstance(value, ModuleType):
            value = getattr(value, name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module 'calque' has no attribute {name!r}")
    return getattr(import_module(f"calque.{_HOME[name]}"), name)
