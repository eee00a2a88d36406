"""The model card: what a model is, how it was made, how good it is, and how one knows."""

import html
import re
from collections.abc import Sequence
from pathlib import Path

import yaml

from calque.errors import BadSetting
from calque.models.load import MINILM
from calque.values import Checkpoint, Score
from calque.workspace import replacing

_LEVELS = {
    "T0": "labels in the source language only",
    "T1": "source labels and unlabelled text of the target language",
    "T2": "source labels and parallel text, a lexicon or a translator",
    "T3": "a few labels in the target language",
    "T4": "development labels in the target language, used to choose",
}
_PIPELINES = {
    "class": "text-classification",
    "pair": "text-classification",
    "tags": "token-classification",
    "answer": "question-answering",
}
_PARSING = (
    "```python\nfrom calque.models.load import load\nfrom calque.models.predict import predict\n\n"
    'trees = predict(load("path/to/this/folder"), examples)  # of task parse\n```\n\n'
    "`AutoModel` loads the encoder; the parser's head lies beside, in `parser.safetensors`."
)


def write_card(
    checkpoint: Checkpoint,
    *,
    title: str,
    languages: Sequence[str],
    level: str,
    base: str | None = None,
    license: str | None = None,
    data: Sequence[str] = (),
    scores: Sequence[Score] = (),
    limits: Sequence[str] = (),
) -> Path:
    """Write README.md beside the model; the same arguments give the same bytes.

    title:     what the model does, in a few words
    languages: source first, then targets; ISO 639-3, with script or not
    level:     what supervision was used, "T0" to "T4"
    base:      the model that it was made from: a hub id, "minilm", or another name
    license:   as the hub writes it, for example "apache-2.0"; None where it is not known
    data:      a line for each data set used, and for what
    scores:    with intervals and conditions
    limits:    a line for each thing that a user must know
    """
    if level not in _LEVELS:
        raise BadSetting(f"models.card: no level '{level}'; there are: {', '.join(_LEVELS)}")
    task = checkpoint.config.get("calque_task")
    head = yaml.safe_dump(
        _front(languages, base, license, task), sort_keys=False, allow_unicode=True
    )
    lines = [f"---\n{head}---", f"# {_text(title)}"]
    made = f"Made with calque, for {', '.join(languages)}"
    lines.append(_text(f"{made}, from {base}." if base else f"{made}."))
    lines.append(
        f"**Supervision level {level}**: {_LEVELS[level]}. Nothing beyond that chose or trained it."
    )
    labels = [str(label) for label in (checkpoint.config.get("id2label") or {}).values()]
    if task and task != "answer" and labels:
        lines += ["## Labels", ", ".join(f"`{_text(label)}`" for label in labels)]
    if task in _PIPELINES:
        lines += ["## Use", _use(task)]
    elif task == "parse":
        lines += ["## Use", _PARSING]
    for name, items in (("Data", data), ("Limits", limits)):
        if name == "Limits" and scores:
            lines += ["## Scores", _scores(scores)]
        if items:
            lines += [f"## {name}", "\n".join(f"- {_text(item)}" for item in items)]
    path = checkpoint.folder / "README.md"
    with replacing(path) as temporary:
        temporary.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    return path


def _front(
    languages: Sequence[str], base: str | None, license: str | None, task: str | None
) -> dict:
    """What the hub reads: only what it takes to be valid."""
    base = MINILM if base == "minilm" else base
    codes = list(dict.fromkeys(code.split("_")[0] for code in languages if code != "und"))
    facts = {
        "language": codes,
        "license": license,
        "library_name": "transformers",
        "pipeline_tag": _PIPELINES.get(task or ""),
        # a local folder is no base that anybody else could find
        "base_model": base if base and re.fullmatch(r"[\w.-]+/[\w.-]+", base) else None,
        "tags": ["calque", "cross-lingual-transfer"],
    }
    return {name: value for name, value in facts.items() if value}


def _use(task: str) -> str:
    call = {
        "pair": 'model({"text": "...", "text_pair": "..."})',
        "answer": 'model(question="...", context="...")',
    }.get(task, 'model("...")')
    return (
        "```python\nfrom transformers import pipeline\n\n"
        f'model = pipeline("{_PIPELINES[task]}", "path/to/this/folder")\n{call}\n```'
    )


def _scores(scores: Sequence[Score]) -> str:
    rows = ["| metric | value | interval | n | conditions |", "|---|---|---|---|---|"]
    for score in scores:
        between = "" if score.low is None or score.high is None else _between(score.low, score.high)
        facts = ", ".join(f"{name} {value}" for name, value in score.conditions.items())
        cells = [score.metric, f"{100 * score.value:.1f}", between, score.n or "", facts]
        rows.append("| " + " | ".join(_text(str(cell)) for cell in cells) + " |")
    return "\n".join(rows)


def _between(low: float, high: float) -> str:
    return f"{100 * low:.1f} to {100 * high:.1f}"


def _text(text: str) -> str:
    """Text that stays text in a table cell of Markdown."""
    return html.escape(" ".join(text.split()), quote=False).replace("|", "\\|")
