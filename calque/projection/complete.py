"""Projected examples that lost nothing."""

from typing import Any

import numpy as np

from calque.errors import BadSetting
from calque.projection.carried import need_account
from calque.roles import part
from calque.values import Labelled


@part(paper="model-vs-data-transfer")
def complete(
    examples: Labelled, *, lost: int | None = 0, above: float = 0.0, dense: float = 0.0
) -> Labelled:
    """Keep examples whose spans have all arrived, so that no name is taught to be an ordinary word.

    Examples without a translation go, those without any span stay.

    examples: what a projector gave, with its account
    lost:     most spans of an example that may have been lost; None for any number
    above:    least confidence in [0, 1] of each span that was not
    dense:    least share in [0, 1] of an example's words that must have a label, where words have tags or heads
              of their own; some words of nearly every sentence are lost, so use it with `lost` None
    """
    if (lost is not None and lost < 0) or not 0 <= above <= 1 or not 0 <= dense <= 1:
        raise BadSetting(
            "projection.complete: lost must be at least 0, above and dense lie in [0, 1], "
            f"got {lost}, {above} and {dense}"
        )
    need_account("projection.complete", examples)
    kept = [
        row
        for row, example in enumerate(examples)
        if (example.get("words") or example.get("context") or example.get("text"))
        and (lost is None or sum(e["outcome"] == "lost" for e in example["account"]) <= lost)
        and _density(example) >= dense
        and all(e["confidence"] >= above for e in example["account"] if e["outcome"] != "lost")
    ]
    return examples.take(np.array(kept, dtype=np.int64))


def _density(example: dict[str, Any]) -> float:
    """The share of words with a head, or a tag where there are no heads; 1 without either."""
    column = example.get("heads") or example.get("tags")
    return sum(one is not None for one in column) / len(column) if column else 1.0
