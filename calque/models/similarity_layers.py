"""How alike translations are to an encoder, in their own scripts and transliterated, beside random pairs.

Source: Liu et al. 2025, "How Transliterations Improve Crosslingual Alignment", section 4,
https://arxiv.org/abs/2409.17326
"""

from collections.abc import Iterator

import numpy as np

from calque.errors import BadValue
from calque.models.states import Encoder, layer_count, layer_vectors, open_encoder
from calque.progress import track
from calque.roles import part
from calque.values import Bitext, Checkpoint, Table

_CHUNK = 512  # pairs at a time, all layers of all their forms: a corpus larger than memory flows
# which two of source, target, and both transliterated are compared
_FORMS = {"original": (0, 1), "transliterated": (2, 3), "across": (0, 2)}
_WIDE = 1.96  # standard errors on either side that hold 95 %


@part(paper="liu-etal-2025-transliterations")
def similarity_layers(
    checkpoint: Checkpoint,
    bitext: Bitext,
    transliterated: Bitext | None = None,
    *,
    tokens: int | None = None,
    seed: int = 0,
) -> Table:
    """Tabulate mean cosines of sentence vectors behind every layer, each sentence read once.

    A vector is the mean state of a sentence's pieces, special ones left out. Random pairs set each
    source sentence beside the target side of another: what is alike without any meaning.

    bitext:         sentences and their translations, each language in its own script
    transliterated: the same, row by row, transliterated; None where only the former are asked for
    tokens:         most pieces of a batch, padding included; None for what suits the device
    seed:           of the random pairs, drawn among some hundred neighbors

    Returns a row per layer (0 is the embeddings), form and kind of pairs: `layer`, `form` ("original"
    or "transliterated" for both sides, "across" for a source sentence and its own transliteration),
    `pairs` ("matched" or "random"), mean cosine `value` in [-1, 1] with its 95 % interval `low`, `high` (None
    for a single pair) and the number of pairs `n`. A pair of which a form has no pieces is left out.
    """
    if transliterated is not None and len(transliterated) != len(bitext):
        raise BadValue(
            f"models.similarity_layers: {len(bitext)} pairs, but {len(transliterated)} of them "
            "transliterated; row by row they must be the same"
        )
    encoder = open_encoder(checkpoint)
    found: dict[tuple[str, str], list[np.ndarray]] = {}
    for name, cosines in _measured(encoder, bitext, transliterated, tokens, seed):
        found.setdefault(name, []).append(cosines)
    together = {name: np.concatenate(some) for name, some in found.items()}
    rows = [
        {"layer": layer, "form": form, "pairs": pairs} | _mean(cosines[:, layer])
        for layer in range(layer_count(encoder[0]) + 1)
        for (form, pairs), cosines in together.items()
        if len(cosines)
    ]
    if not rows:
        raise BadValue("models.similarity_layers: no sentence pair has pieces on both sides")
    return Table(tuple(rows))


def _measured(
    encoder: Encoder, bitext: Bitext, transliterated: Bitext | None, tokens: int | None, seed: int
) -> Iterator[tuple[tuple[str, str], np.ndarray]]:
    """Cosines [n, layers] of some pairs, by form and kind, chunk by chunk."""
    generator = np.random.default_rng(seed)
    for start in track(range(0, len(bitext), _CHUNK), "measuring"):
        rows = range(start, min(start + _CHUNK, len(bitext)))
        read = [some.take(rows) for some in (bitext, transliterated) if some is not None]
        sides = [
            layer_vectors(encoder, list(side), tokens)
            for b in read
            for side in (b.sources, b.targets)
        ]
        full = np.all([side.any(axis=(1, 2)) for side in sides], axis=0)
        sides = [side[full] for side in sides]
        # everyone's partner is the next one in a random circle, so never its own
        order = generator.permutation(int(full.sum()))
        partner = np.empty_like(order)
        partner[order] = np.roll(order, 1)
        for form, (one, other) in _FORMS.items():
            if other < len(sides):
                yield (form, "matched"), _cosines(sides[one], sides[other])
                if len(order) > 1:
                    yield (form, "random"), _cosines(sides[one], sides[other][partner])


def _cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.einsum("nld,nld->nl", one, other)


def _mean(cosines: np.ndarray) -> dict[str, float | int | None]:
    mean, n = float(cosines.mean(dtype=np.float64)), len(cosines)
    if n < 2:
        return {"value": mean, "low": None, "high": None, "n": n}
    wide = _WIDE * float(cosines.std(ddof=1, dtype=np.float64)) / n**0.5
    return {"value": mean, "low": max(-1.0, mean - wide), "high": min(1.0, mean + wide), "n": n}
