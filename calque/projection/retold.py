"""Answers said in another language.

Source: Lewis et al. 2020, "MLQA", section 4.1 (translate-test answers are translated back),
https://arxiv.org/abs/1910.07475
"""

from collections.abc import Callable

from calque.errors import BadValue
from calque.roles import part
from calque.values import Predictions, Texts, View


@part(paper="cost-benefit-transfer")
def retold(
    predictions: Predictions, rewriter: Callable[..., View], *, language: str = "und"
) -> Predictions:
    """Rewrite what was answered, each answer by itself; no answer stays none.

    Places in the context are gone with its language.

    predictions: of task answer
    rewriter:    any part of that role; a translator from the language that was answered in
    language:    of the answers, for rewriters that ask
    """
    if predictions.starts is None:
        raise BadValue("projection.retold: only answers are retold, and these predictions are none")
    view = rewriter(Texts.of(list(predictions), language))
    return Predictions(tuple(view.rewritten))
