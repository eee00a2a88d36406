"""What new labels of translations say of the old ones.

Source: Agrawal, Fazili and Jyothi 2024, "Translation Errors Significantly Impact Low-Resource
Languages in Cross-Lingual Learning", section 4, https://aclanthology.org/2024.eacl-short.28
"""

from collections import Counter
from collections.abc import Sequence

from calque.errors import BadValue
from calque.maths.bootstrap import interval
from calque.maths.kappa import kappa
from calque.roles import part
from calque.values import Labelled, Table


@part(paper="translation-errors-xnli")
def reannotated(
    sheet: Labelled,
    references: Sequence,
    rows: Sequence[int],
    *,
    boot: int = 1000,
    seed: int = 0,
) -> Table:
    """Tabulate how far new labels agree with the old, for all, those in doubt and the others.

    Columns: rows ("all", "flagged", "others"), n, agreement (share of equal labels), kappa (Cohen's) with its
    low and high, unlabelled (rows of the sheet left empty, which count nowhere else). A group without a new label has
    no figures.

    sheet:      filled in, from `evaluation.reannotation_sheet`, in any order; `id` holds row numbers
    references: the old labels, of all examples
    rows:       those in doubt, from 0, as the sheet was made from
    boot:       number of bootstrap draws over rows for the 95 % interval of kappa
    """
    ids = _ids(sheet, len(references))
    new = sheet.gold
    known = {label for label in references if label is not None}
    strange = next((label for label in new if label is not None and label not in known), None)
    if strange is not None:
        raise BadValue(
            f"evaluation.reannotated: label '{strange}' on the sheet is none of the old ones: "
            f"{', '.join(sorted(map(str, known)))}"
        )
    doubted = set(rows)
    outside = [row for row in doubted if not 0 <= row < len(references)]
    if outside:
        raise BadValue(
            f"evaluation.reannotated: row {outside[0]} in doubt is not among {len(references)} examples"
        )
    made = []
    for name in ("all", "flagged", "others"):
        own = [
            (label, references[row])
            for row, label in zip(ids, new, strict=True)
            if name == "all" or (row in doubted) == (name == "flagged")
        ]
        pairs = [pair for pair in own if None not in pair]
        made.append({"rows": name, "n": len(pairs)} | _figures(pairs, boot, seed))
        made[-1]["unlabelled"] = len(own) - len(pairs)
    return Table(tuple(made))


def _ids(sheet: Labelled, count: int) -> list[int]:
    if "id" not in sheet.table.column_names:
        raise BadValue("evaluation.reannotated: the sheet has no column 'id' of row numbers")
    found = sheet.table["id"].to_pylist()
    for given in found:
        if not str(given).isdecimal() or int(given) >= count:
            raise BadValue(f"evaluation.reannotated: id '{given}' is no row of {count} examples")
    ids = [int(given) for given in found]
    if len(set(ids)) < len(ids):
        (row, _), *_ = Counter(ids).most_common(1)
        raise BadValue(f"evaluation.reannotated: row {row} stands twice on the sheet")
    return ids


def _figures(pairs: list, boot: int, seed: int) -> dict:
    if not pairs:
        return {"agreement": None, "kappa": None, "low": None, "high": None}
    new, old = zip(*pairs, strict=True)
    statistics = kappa(new, old)
    low, high = interval(statistics, draws=boot, seed=seed)
    agreement = sum(a == b for a, b in pairs) / len(pairs)
    return {"agreement": agreement, "kappa": statistics.value, "low": low, "high": high}
