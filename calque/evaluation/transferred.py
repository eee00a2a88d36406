"""How far a task reaches from models that were pretrained on one text each.

Source: Abonizio et al. 2022, "MonoByte", https://aclanthology.org/2022.coling-1.309
"""

from collections.abc import Sequence

from calque.errors import BadValue
from calque.roles import part
from calque.values import Score, Table


@part(paper="monobyte")
def transferred(
    source: Sequence[Score],
    target: Sequence[Score],
    control: Sequence[Score],
    names: Sequence[str],
) -> Table:
    """Put scores of models beside those of the model that was pretrained on nothing.

    source:  of each model in the language of the task's labels
    target:  of each model in another language
    control: both scores of the model that was not pretrained
    names:   what each model was pretrained on

    Columns: pretrained, source, target, gain and gain_target (over the control), n. The control's row is
    "nothing".
    """
    if not len(source) == len(target) == len(names) or len(control) != 2:
        raise BadValue(
            f"evaluation.transferred: {len(source)} source and {len(target)} target scores for "
            f"{len(names)} names, and {len(control)} scores of the control; one of each, and two"
        )
    scores = zip(["nothing", *names], [control[0], *source], [control[1], *target], strict=True)
    return Table(
        tuple(
            {
                "pretrained": name,
                "source": own.value,
                "target": other.value,
                "gain": own.value - control[0].value,
                "gain_target": other.value - control[1].value,
                "n": own.n,
            }
            for name, own, other in scores
        )
    )
