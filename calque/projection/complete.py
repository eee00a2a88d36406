"""Projected examples that lost nothing."""

import numpy as np

from calque.errors import BadSetting
from calque.projection.carried import need_account
from calque.roles import part
from calque.values import Labelled


@part(paper="model-vs-data-transfer")
def complete(examples: Labelled, *, lost: int = 0, above: float = 0.0) -> Labelled:
    """Keep examples whose spans have all arrived, so that no name is taught to be an ordinary word.

    Examples without a translation go, those without any span stay.

    examples: what a projector gave, with its account
    lost:     most spans of an example that may have been lost
    above:    least confidence in [0, 1] of each span that was not
    """
    if lost < 0 or not 0 <= above <= 1:
        raise BadSetting(
            f"projection.complete: lost must be at least 0 and above lie in [0, 1], got {lost} and {above}"
        )
    need_account("projection.complete", examples)
    kept = [
        row
        for row, example in enumerate(examples)
        if (example.get("words") or example.get("context"))
        and sum(entry["outcome"] == "lost" for entry in example["account"]) <= lost
        and all(e["confidence"] >= above for e in example["account"] if e["outcome"] != "lost")
    ]
    return examples.take(np.array(kept, dtype=np.int64))
