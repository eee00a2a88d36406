"""Optional packages, asked for at the moment of use."""

import importlib
from types import ModuleType

from calque.errors import MissingExtra


def need(module: str, *, extra: str) -> ModuleType:
    """Import an optional module, or say which extra of calque brings it.

    module: import name, for example "ray"
    extra:  name of the extra in pyproject.toml, for example "cluster"
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != module.split(".")[0]:
            raise  # the package is there; something that it imports is not
        raise MissingExtra(
            f"this needs the package '{module}': pip install 'calque[{extra}]'"
        ) from error
