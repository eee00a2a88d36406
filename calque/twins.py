"""Results that two steps share because the same goes into both, however that was made.

The English side of two bitexts is one text: what a network makes of it for one target language
serves all others.
"""

import os
import shutil
from pathlib import Path
from typing import Any

from calque.keys import content_key
from calque.recipe import Step
from calque.workspace import home, replacing

_FAMILY = "models."  # to run a network costs more than to read all that goes into it


def name_of(step: Step, arguments: dict[str, Any]) -> Path | None:
    """The file that names a finished step with this content; None where it is not worth a look."""
    if not step.part.startswith(_FAMILY):
        return None
    key = content_key(step, arguments)
    return home() / "contents" / key[:2] / key


def known(name: Path | None) -> Path | None:
    """The folder of the finished step, which may have gone since."""
    return Path(name.read_text(encoding="utf-8")) if name is not None and name.is_file() else None


def remember(name: Path | None, place: Path) -> None:
    """Write down that the result at `place` has this content."""
    if name is not None:
        with replacing(name) as path:
            path.write_text(str(place), encoding="utf-8")


def lend(place: Path, folder: Path) -> None:
    """Give `folder`, which must be new, the files at `place` without a second copy where that can be."""
    shutil.copytree(place, folder, copy_function=_link)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # some file systems have no links
        shutil.copy2(source, target)
