"""What going on to another language gave there, and what it cost in the first.

Source: Thangaraj et al. 2024, "Cross-lingual transfer of multilingual models on low resource African Languages",
section IV, https://arxiv.org/abs/2409.10965
"""

from collections.abc import Sequence

from calque.errors import BadValue
from calque.roles import part
from calque.values import Score, Table


@part(paper="kinyarwanda-kirundi")
def forgetting(
    target_before: Sequence[Score],
    target_after: Sequence[Score],
    source_before: Sequence[Score],
    source_after: Sequence[Score],
    names: Sequence[str],
) -> Table:
    """Put scores of models before and after they went on to the target beside each other.

    target_before, target_after: of each model in the language it went on to
    source_before, source_after: in the language it came from
    names:                       of the models

    Columns: model; target and target_after; gain, after less before; source and source_after; forgotten,
    before less after, negative where the source gained too; n, examples of the target.
    """
    columns = (target_before, target_after, source_before, source_after)
    if {len(column) for column in columns} != {len(names)}:
        counts = ", ".join(str(len(column)) for column in columns)
        raise BadValue(
            f"evaluation.forgetting: {counts} scores for {len(names)} names; one of each"
        )
    return Table(
        tuple(
            {
                "model": name,
                "target": there.value,
                "target_after": there_after.value,
                "gain": there_after.value - there.value,
                "source": home.value,
                "source_after": home_after.value,
                "forgotten": home.value - home_after.value,
                "n": there.n,
            }
            for name, there, there_after, home, home_after in zip(names, *columns, strict=True)
        )
    )
