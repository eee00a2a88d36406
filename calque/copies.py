"""What stands in more than one place: no score may rest on what was learned by heart."""

import unicodedata

import numpy as np

from calque.data.overlap import items_of, key_of, overlap
from calque.errors import BadValue
from calque.values import Bitext, Labelled, Texts

_HELD_SHARE, _HELD_MOST = 20, 200  # every 20th pair is held out, at most 200


def check_copies(
    labelled: dict[str, Labelled], pairs: Bitext | None, text: Texts | None, warnings: list[str]
) -> None:
    """Add to the warnings how many test examples stand in what is given to learn from."""
    test = labelled["test"]
    for name in ("train", "dev", "few", "target_dev"):
        if name in labelled:
            count = len(overlap(labelled[name], test))
            if count:
                warnings.append(
                    f"{count} of {len(test)} test examples stand in --{name.replace('_', '-')} too"
                )
    if "few" in labelled and "target_dev" in labelled:
        count = len(overlap(labelled["few"], labelled["target_dev"]))
        if count:
            warnings.append(f"{count} of the examples in --target-dev stand in --few too")
    targets = None if pairs is None else pairs.targets
    for name, own in (("the parallel text", targets), ("--text", text)):
        if own is not None:
            known = {_letters(line) for line in own}
            count = sum(any(_letters(side) in known for side in sides) for sides in items_of(test))
            if count:
                warnings.append(f"{count} of {len(test)} test texts stand in {name} too")


def hold_out(pairs: Bitext, warnings: list[str]) -> tuple[Bitext, Bitext]:
    """Pairs to learn from and to judge by; no pair is in both, also where it stands twice."""
    first: dict[bytes, int] = {}
    kinds = np.array([first.setdefault(key_of(pair), len(first)) for pair in pairs])
    step = max(_HELD_SHARE, -(-len(pairs) // _HELD_MOST))
    held = np.arange(0, len(pairs), step)
    held = held[np.sort(np.unique(kinds[held], return_index=True)[1])]
    rest = np.flatnonzero(~np.isin(kinds, kinds[held]))
    if len(rest) + len(held) < len(pairs):
        copies = len(pairs) - len(rest) - len(held)
        warnings.append(
            f"parallel text: {copies} copies of the {len(held)} held-out pairs are left out too"
        )
    if not len(rest):
        raise BadValue(f"parallel text: only {len(first)} different pairs in {len(pairs)}")
    return pairs.take(rest), pairs.take(held)


def without_held(text: Texts | None, held: Bitext, warnings: list[str]) -> Texts | None:
    """Plain text without the target sides that are held out."""
    if text is None:
        return None
    known = {_letters(line) for line in held.targets}
    rows = [row for row, line in enumerate(text) if _letters(line) not in known]
    if len(rows) == len(text):
        return text
    warnings.append(
        f"--text: {len(text) - len(rows)} lines are sentences of held-out pairs and are left out"
    )
    return text.take(rows)


def _letters(text: str) -> str:
    """The text without white space and case: words of tagged text are set apart otherwise."""
    return "".join(unicodedata.normalize("NFC", text.casefold()).split())
