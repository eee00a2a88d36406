"""Transport plans beside those of OTAlign's authors, on the same vectors (tests/golden/ot_align.py)."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from golden import ot_align

from calque.wordalign.partial_transport import partial_transport
from calque.wordalign.transport import transport
from calque.wordalign.unbalanced_transport import unbalanced_transport

THEIRS = json.loads(Path(ot_align.__file__).with_suffix(".json").read_text(encoding="utf-8"))
OURS = {
    "ot": transport,
    "pot": partial(partial_transport, share=ot_align.TAUS["pot"]),
    "uot": partial(unbalanced_transport, penalty=ot_align.TAUS["uot"]),
}


@pytest.mark.parametrize("weights", ot_align.WEIGHTS)
@pytest.mark.parametrize("kind", OURS)
def test_plans_are_those_of_the_authors_code(kind, weights):
    for pair, wanted in zip(ot_align.vectors(), THEIRS["plans"][f"{kind} {weights}"], strict=True):
        one, other = (side.numpy() for side in pair)
        lengths = [np.linalg.norm(side, axis=1) for side in (one, other)]
        cosines = (one / lengths[0][:, None]) @ (other / lengths[1][:, None]).T
        masses = lengths if weights == "norm" else ()
        found = OURS[kind](cosines, *masses)
        assert found.max() == pytest.approx(1)
        # theirs takes the least cell off before it divides
        found = (found - found.min()) / (1 - found.min())
        np.testing.assert_allclose(found, wanted, atol=2e-4)


def test_the_plans_differ():
    plans = [np.concatenate([np.ravel(one) for one in made]) for made in THEIRS["plans"].values()]
    for i, one in enumerate(plans):
        for other in plans[:i]:
            assert np.abs(one - other).max() > 0.01
