"""Family trees and what is inherited along their branches."""

from collections.abc import Sequence

import numpy as np

from calque.errors import BadSetting
from calque.synthetic.roots import fresh, sound_change
from calque.synthetic.streams import stream

SHAPES = ("balanced", "star", "chain")


def codes(count: int) -> tuple[str, ...]:
    """The first `count` codes that ISO 639-3 keeps for private use: qaa, qab, ... qtz (520 of them)."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    return tuple(f"q{letters[i // 26]}{letters[i % 26]}" for i in range(count))


def grow(shape: str, leaves: Sequence[str]) -> dict[str, str]:
    """Parent of every node, parents before children; the root has the parent "".

    star:     every language descends from the root
    balanced: the languages are halved again and again
    chain:    every language descends from the one before it; the first is the root
    """
    if shape == "chain":
        return dict(zip(leaves, ["", *leaves[:-1]], strict=True))
    if shape == "star":
        return {"proto": ""} | dict.fromkeys(leaves, "proto")
    if shape != "balanced":
        raise BadSetting(f"synthetic family: no tree '{shape}'; there are: {', '.join(SHAPES)}")
    parents = {"proto": ""}

    def split(node: str, below: Sequence[str]) -> None:
        half = (len(below) + 1) // 2
        for part in (below[:half], below[half:]):
            if len(part) == 1:
                parents[part[0]] = node
            elif part:
                name = f"p{sum(key[0] == 'p' for key in parents)}"
                parents[name] = node
                split(name, part)

    split("proto", leaves)
    return parents


def lineage(parents: dict[str, str], node: str) -> list[str]:
    """The node, its parent, and so on to the root."""
    line = []
    while node:
        line.append(node)
        node = parents[node]
    return line


def inherit(
    parents: dict[str, str], shapes: Sequence[str], lasting: np.ndarray, cognates: float, seed: int
) -> dict[str, list[str]]:
    """Roots of every concept at every node.

    shapes:   sound pattern per concept
    lasting:  [concepts] True for those that no branch replaces (names)
    cognates: share of the others that a branch hands on; the rest gets new roots. What is replaced
              at one share is replaced at every lower one
    """
    stems: dict[str, list[str]] = {}
    replaceable = np.flatnonzero(~lasting)
    lost = round((1 - cognates) * len(replaceable))
    for node, parent in parents.items():
        if not parent:
            everything = [True] * len(shapes)
            stems[node] = fresh(shapes, set(), stream("proto", seed), everything)
            continue
        table = sound_change(stream("sounds", seed, node))
        order = np.argsort(stream("losses", seed, node).random(len(replaceable)), kind="stable")
        new = np.zeros(len(shapes), bool)
        new[replaceable[order[:lost]]] = True
        old = [stem.translate(table) for stem in stems[parent]]
        taken = {stem for stem, replaced in zip(old, new, strict=True) if not replaced}
        roots = fresh(shapes, taken, stream("roots", seed, node), new.tolist())
        stems[node] = [
            root if gone else stem for root, stem, gone in zip(roots, old, new, strict=True)
        ]
    return stems
