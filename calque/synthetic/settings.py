"""What the settings of a family may be."""

from typing import TYPE_CHECKING

from calque.errors import BadSetting
from calque.synthetic.grammar import MIXED, MORPHOLOGIES, ORDERS, known
from calque.synthetic.scripts import MOST_CLONES, script
from calque.synthetic.tree import SHAPES
from calque.synthetic.world import TOPICS

if TYPE_CHECKING:
    from calque.synthetic.family import Family

_PER_TOPIC = 20  # concepts that a topic needs for a general and a special word of every category
_SHARES = (
    "cognates",
    "overlap",
    "sharpness",
    "typos",
    "dropped",
    "free",
    "wrong_labels",
    "misaligned",
)


def check(family: "Family") -> None:
    """Raise BadSetting, or UnknownName for a script, where a setting cannot be."""
    if family.size < 1 or family.size + len(family.clones) > 520:
        raise BadSetting(f"synthetic family: languages must be 1 to 520, got {family.size}")
    if len(family.clones) > MOST_CLONES:
        raise BadSetting(
            f"synthetic family: {len(family.clones)} clones, but there are letters for {MOST_CLONES}"
        )
    for name in _SHARES:
        if not 0 <= getattr(family, name) <= 1:
            raise BadSetting(
                f"synthetic family: {name} must lie in [0, 1], got {getattr(family, name)}"
            )
    if not 2 <= family.topics <= len(TOPICS):
        raise BadSetting(
            f"synthetic family: topics must be 2 to {len(TOPICS)}, got {family.topics}"
        )
    least = _PER_TOPIC * family.topics
    if not least <= family.concepts <= 100_000:
        raise BadSetting(
            f"synthetic family: concepts must be {least} (for {family.topics} topics) to 100000, "
            f"got {family.concepts}"
        )
    for name in ("scripts", "orders", "morphologies", "articles"):
        if not getattr(family, name):
            raise BadSetting(f"synthetic family: {name} must not be empty")
    known("tree", family.shape, SHAPES)
    for order in family.orders:
        known("order", order, (*ORDERS, MIXED))
    for morphology in family.morphologies:
        known("morphology", morphology, (*MORPHOLOGIES, MIXED))
    for code in family.scripts:
        script(code)
