"""The plugs. `from calque.roles import pairer` loads `calque/roles/pairer.py` and its `pairer`."""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING

from calque.roles.base import Role as Role
from calque.roles.base import part as part

if TYPE_CHECKING:
    from calque.roles.aligner import aligner as aligner
    from calque.roles.combiner import combiner as combiner
    from calque.roles.joiner import joiner as joiner
    from calque.roles.link_metric import link_metric as link_metric
    from calque.roles.loss import loss as loss
    from calque.roles.masker import masker as masker
    from calque.roles.merger import merger as merger
    from calque.roles.metric import metric as metric
    from calque.roles.mixer import mixer as mixer
    from calque.roles.pairer import pairer as pairer
    from calque.roles.patcher import patcher as patcher
    from calque.roles.projector import projector as projector
    from calque.roles.reader import reader as reader
    from calque.roles.rescaler import rescaler as rescaler
    from calque.roles.rewriter import rewriter as rewriter
    from calque.roles.sampler import sampler as sampler
    from calque.roles.translator import translator as translator


def names() -> list[str]:
    """Every role, in alphabetical order."""
    files = Path(__file__).parent.glob("*.py")
    return sorted(
        file.stem for file in files if file.stem != "base" and not file.stem.startswith("_")
    )


def __getattr__(name: str) -> Role:
    if not (Path(__file__).parent / f"{name}.py").is_file():
        raise AttributeError(f"module 'calque.roles' has no attribute {name!r}")
    module = importlib.import_module(f"calque.roles.{name}")
    role = getattr(module, name)
    globals()[name] = role  # importing the module bound the module to this name
    return role
