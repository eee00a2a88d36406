"""One side of a bitext."""

from calque.errors import BadSetting
from calque.roles import part
from calque.values import Bitext, Texts


@part
def side(bitext: Bitext, *, of: str = "target") -> Texts:
    """Take the sentences of one language.

    of: "source" or "target"
    """
    if of not in ("source", "target"):
        raise BadSetting(f"data.side: of must be source or target, got '{of}'")
    return bitext.sources if of == "source" else bitext.targets
