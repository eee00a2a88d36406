"""Runs eflomal (GPL) as another program, on files: nothing of it is imported or shipped."""

import os
import re
import resource
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from calque.values import Bitext, Links

Directions = tuple[list[Links], list[Links]]


class Made(NamedTuple):
    """Links of the gold pairs in both directions, and what they cost."""

    links: Directions
    seconds: float
    processor: float


def by_eflomal(
    bitext: Bitext, n: int, program: str, flags: Sequence[str] = (), learned: Bitext | None = None
) -> Made:
    """Links of the first `n` pairs, found with one thread.

    program: path of eflomal-align
    flags:   passed on
    learned: pairs that were linked before, whose counts are the priors; making these costs nothing here
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pairs = _written(bitext, folder / "in")
        if learned is not None:
            _written(learned, folder / "known")
            _run([program, "-i", "known", "-f", "known.f", "-r", "known.r"], folder)
            maker = str(Path(program).with_name("eflomal-makepriors"))
            _run(
                [maker, "-i", "known", "-f", "known.f", "-r", "known.r", "--priors", "priors"],
                folder,
            )
            flags = [*flags, "--priors", "priors"]
        clock, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        _run(
            [program, "-i", "in", "-f", "forward", "-r", "backward", "--overwrite", *flags], folder
        )
        seconds, after = time.perf_counter() - clock, resource.getrusage(resource.RUSAGE_CHILDREN)
        sizes = [(len(source), len(target)) for source, target in pairs[:n]]
        found = [_links(folder / side, sizes) for side in ("forward", "backward")]
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Made((found[0], found[1]), seconds, processor)


def _written(bitext: Bitext, path: Path) -> list[tuple[list[str], list[str]]]:
    pairs = [(plain(source), plain(target)) for source, target in bitext]
    lines = [f"{' '.join(source)} ||| {' '.join(target)}\n" for source, target in pairs]
    path.write_text("".join(lines), encoding="utf-8")
    return pairs


def _run(command: list[str], folder: Path) -> None:
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    environment["PATH"] = f"{Path(command[0]).parent}{os.pathsep}{environment['PATH']}"
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)


def plain(text: str) -> list[str]:
    """Words between spaces, without other white space, of which some sets have words (U+00A0)."""
    return [re.sub(r"\s", "_", word) for word in text.split(" ") if word]


def _links(path: Path, sizes: Sequence[tuple[int, int]]) -> list[Links]:
    lines = path.read_text(encoding="utf-8").split("\n")
    pairs = [[tuple(map(int, link.split("-"))) for link in line.split()] for line in lines]
    return [Links(np.array(one), size) for one, size in zip(pairs, sizes, strict=False)]
