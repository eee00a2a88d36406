"""Data sets of the Hugging Face hub, or in a folder: `hf:org/name[:config][@split]`.

No code that comes with a data set is run. One that is in the local cache stays at the commit that it
has there.
"""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calque.commits import commit
from calque.data import fields
from calque.data.columns import Columns
from calque.data.lines import Problems
from calque.data.squad import answers_of
from calque.errors import BadFile
from calque.progress import track
from calque.values import Bitext, Labelled, Texts
from calque.values.base import fingerprint

if TYPE_CHECKING:
    import datasets

log = logging.getLogger(__name__)

_NAME = re.compile(r"hf:(?P<name>[^:@]+)(:(?P<config>[^@]+))?(@(?P<split>.+))?")
_ROWS = 1000


def hub_labelled(
    name: str,
    task: str,
    *,
    language: str = "und",
    columns: Columns | None = None,
    drop_bad: bool = False,
) -> Labelled:
    """Read examples of a task; numbers of a ClassLabel become its names, -1 a missing label."""
    problems = Problems(name, drop_bad)
    rows = _rows(name)
    if task == "answer":
        return answers_of(rows, language, "question", "answers", problems)
    return fields.labelled(rows, task, columns, language, problems)


def hub_bitext(
    name: str,
    *,
    source: str = "und",
    target: str = "und",
    columns: Columns | None = None,
    tokenized: bool = False,
    drop_bad: bool = False,
) -> Bitext:
    """Read sentence pairs, from a `translation` or two columns."""
    problems = Problems(name, drop_bad)
    return fields.bitext(_rows(name), columns, (source, target), problems, tokenized)


def hub_texts(
    name: str, *, language: str = "und", columns: Columns | None = None, drop_bad: bool = False
) -> Texts:
    """Read texts."""
    return fields.texts(_rows(name), columns, language, Problems(name, drop_bad))


def version(name: str) -> str | None:
    """What tells one state of a data set from another: its commit, or the content of its folder.

    Loads the data set where its commit is not known yet; None where it cannot be had.
    """
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    if Path(found["name"]).is_dir():
        return fingerprint(Path(found["name"]))
    if _commit(found["name"]) is None:
        try:
            _loaded(name)
        except BadFile:  # the step says so
            return None
    return _commit(found["name"])


def _commit(name: str) -> str | None:
    return None if Path(name).is_dir() else commit(name, "dataset")


def _rows(name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Each row with its number from 1, labels as text."""
    found = _loaded(name)
    decoders = {column: _names(feature) for column, feature in found.features.items()}
    decoders = {column: names for column, names in decoders.items() if names}
    number = 0
    batches = found.with_format("arrow").iter(batch_size=_ROWS)
    for batch in track(batches, f"reading {name}", total=-(-len(found) // _ROWS)):
        for row in batch.to_pylist():  # type: ignore[union-attr]
            number += 1
            for column, names in decoders.items():
                row[column] = _decoded(row[column], names)
            yield number, row


def _names(feature: Any) -> list[str] | None:
    """Names of the labels of a ClassLabel, or of a list of those."""
    inner = getattr(feature, "feature", feature)
    return getattr(inner, "names", None)


def _decoded(item: Any, names: list[str]) -> Any:
    if isinstance(item, list):
        return [_decoded(one, names) for one in item]
    return names[item] if isinstance(item, int) and 0 <= item < len(names) else None


def _loaded(name: str) -> "datasets.Dataset":
    found = _NAME.fullmatch(name)
    if found is None:
        raise BadFile(
            f"{name}: expected hf:org/name, hf:org/name:config or hf:org/name:config@split"
        )
    import datasets  # slow to import, so only where it is used
    from datasets.exceptions import DatasetsError

    shown = not datasets.are_progress_bars_disabled()
    datasets.disable_progress_bars()
    try:
        data: Any = datasets.load_dataset(
            found["name"], found["config"], split=found["split"], revision=_commit(found["name"])
        )
    except (OSError, ValueError, DatasetsError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise BadFile(f"{name}: cannot be loaded: {reason[:300]}") from error
    finally:
        if shown:
            datasets.enable_progress_bars()
    if isinstance(data, datasets.DatasetDict) and len(data) == 1:
        data = next(iter(data.values()))
    if not isinstance(data, datasets.Dataset):
        splits = ", ".join(str(split) for split in data)
        raise BadFile(f"{name}: it has the splits {splits}; say which, for example {name}@train")
    log.info("%s: %d rows, columns %s", name, len(data), ", ".join(data.column_names))
    return data
