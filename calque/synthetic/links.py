"""Gold word links of the parallel text of a synthetic family."""

from calque.roles import part
from calque.synthetic.naming import named
from calque.values import Links


@part
def links(
    *,
    family: str = "",
    source: str = "qaa",
    target: str = "qab",
    n: int = 1000,
    seed: int = 0,
    of: str = "statements",
) -> list[Links]:
    """Link the words of every pair that `synthetic.bitext` gives for the same settings.

    Links of a word with the suffix that says the same are possible, all others sure.
    """
    return named(family).links(source, target, n, seed, of=of)
