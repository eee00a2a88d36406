"""Several models in one folder that holds what they share once.

Source: Remy et al. 2024, "Trans-Tokenization and Cross-lingual Vocabulary Transfers" (Hydra
LLMs), https://arxiv.org/abs/2408.04303
"""

import logging
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from calque.errors import BadValue
from calque.models.packed import add
from calque.roles import part
from calque.values import Checkpoint, Hydra
from calque.workspace import fresh

log = logging.getLogger(__name__)


@part(paper="remy-etal-2024-transtokenization")
def hydra(members: Mapping[str, Checkpoint], also: Hydra | None = None) -> Hydra:
    """Pack named models into one folder: every distinct tensor is there once, each model whole.

    Models that differ in vocabulary and heads alone share their body; one with another body is
    stored whole beside them. How much is shared is logged, and `models.members` tells it.
    `models.member` takes a model out again, bit for bit.

    members: by name, of letters, digits, "_", ".", "+" and "-"
    also:    a folder whose members come first; one of the same name is replaced
    """
    if not members and also is None:
        raise BadValue("models.hydra: no members")
    folder = fresh("hydra")
    if also is not None:  # its files never change, so they need no second copy
        shutil.copytree(also.folder, folder, dirs_exist_ok=True, copy_function=_link)
    for added in add(folder, members):
        log.info("%s", added)
    return Hydra(folder)


def _link(source: str, target: str) -> None:
    if not Path(source).name.startswith("."):  # the lock of a folder is its own
        try:
            os.link(source, target)
        except OSError:  # some file systems have no links
            shutil.copyfile(source, target)
