"""Arguments of a part from words of the command line: files by what the part takes, else names."""

import json
import re
from pathlib import Path
from typing import Any

from calque import registry
from calque.cli import _flags
from calque.errors import BadFile, BadSetting
from calque.registry import Parameter, PartInfo
from calque.values import Hydra, Hypernetwork, Patch

# what a file's reader may be told beside the file
READING = {
    "Labelled": ("task", "language", "columns"),
    "Bitext": ("source", "target", "columns", "tokenized"),
    "Texts": ("language", "columns"),
    "Lexicon": ("source", "target", "columns"),
    "Links": ("base",),
}
# values that `--out` keeps whole, for other parts to take
KEPT = ("Translation", "Classifier", "Vocabulary", "Mixture", "Space", "Map")
# values that are folders of their own, which `--out` copies
FOLDERS = {"Hydra": Hydra, "Hypernetwork": Hypernetwork, "Patch": Patch}
_LISTS = re.compile(r"^(list|Sequence|Iterable|Collection)\b")


def arguments(info: PartInfo, words: list[str], flags: dict[str, str]) -> dict[str, Any]:
    """What a part is called with. Flags that are no setting of it tell how its files are read."""
    data = [parameter for parameter in info.parameters if not parameter.setting]
    told = {flag: text for flag, text in flags.items() if flag in reading_flags(info)}
    settings = {
        name: typed_setting(info, name, text, flag)
        for flag, text in flags.items()
        if flag not in told
        for name in [_flags.named(flag, [p.name for p in info.parameters], info.name, "setting")]
    }
    open_ = [parameter for parameter in data if parameter.name not in settings]
    needed = [parameter for parameter in open_ if parameter.default is None]
    many = next((parameter for parameter in needed if _many(parameter)), None)
    if len(words) < len(needed) or (len(words) > len(open_) and many is None):
        shown = (p.name.upper() + ("..." if p is many else "") for p in open_)
        raise BadSetting(f"{info.name} takes {' '.join(shown) or 'nothing'}; {len(words)} given")
    listed: dict[str, list[Any]] = {}
    if many is not None:  # it takes what the others that are needed leave
        place = open_.index(many)
        stop = len(words) - len([p for p in needed if open_.index(p) > place])
        listed = {many.name: [_item(many, word, told) for word in words[place:stop]]}
        words = words[:place] + words[stop:]
        open_ = [parameter for parameter in open_ if parameter is not many]
    word_for = dict(zip(open_, words, strict=False))
    linked = {parameter.name: Path(w) for parameter, w in word_for.items() if _linked(parameter)}
    given = {
        parameter.name: of_word(info, parameter, word, told)
        for parameter, word in word_for.items()
        if parameter.name not in linked
    }
    given |= listed | _links(linked, given, told)
    missing = [p.name for p in info.parameters if p.setting and p.default is None]
    for name in missing:
        if name not in settings:
            raise BadSetting(f"{info.name} needs --{name.replace('_', '-')}")
    return given | settings


def _many(parameter: Parameter) -> bool:
    """Whether it takes any number of folders or files: models, patches, texts."""
    inner = _inner(parameter)
    return bool(inner) and inner <= {"Checkpoint", "Patch", *READING} - {"Links"}


def _inner(parameter: Parameter) -> set[str]:
    """The types of a list's items; none where it is no list."""
    is_list = _LISTS.match(parameter.annotation)
    return {*re.findall(r"\w+", parameter.annotation)[1:]} if is_list else set()


def _item(parameter: Parameter, word: str, told: dict[str, str]) -> Any:
    from calque.values.patch import INDEX

    inner = _inner(parameter)
    for kind in inner & set(READING):
        return _opened(kind, word, told)
    if "Patch" in inner and ("Checkpoint" not in inner or (Path(word) / INDEX).is_file()):
        return Patch(Path(word))
    return registry.part("models.load")(word)


def walked(info: PartInfo) -> list[str]:
    """Arguments that are the links of one sentence pair: of a file, each line is given in turn."""
    return [
        p.name for p in info.parameters if not p.setting and _linked(p) and "[" not in p.annotation
    ]


def reading_flags(info: PartInfo) -> set[str]:
    """Flags that tell how the files of this part are read, where it has no setting of that name."""
    data = [parameter for parameter in info.parameters if not parameter.setting]
    kinds = [kind for p in data for kind in (["Links"] if _linked(p) else [*_kinds(p), *_inner(p)])]
    own = {parameter.name for parameter in info.parameters}
    return {flag for kind in kinds for flag in READING.get(kind, ())} - own


def typed_setting(info: PartInfo, name: str, text: str, flag: str) -> Any:
    """A setting of the type that the part's source states; the name of a part stands for the part."""
    from calque.recipe import resolve

    annotation = next(p.annotation for p in info.parameters if p.name == name)
    return resolve(_flags.typed(text, annotation, f"--{flag}"), {}, {}, annotation)


def of_word(info: PartInfo, parameter: Parameter, word: str, told: dict[str, str]) -> Any:
    """A data argument from a file, by the first type in its annotation that a file can give."""
    from calque.recipe import Filled

    annotation = parameter.annotation
    for kind in _kinds(parameter):
        if kind in READING:
            return _opened(kind, word, told)
        if kind == "Checkpoint":
            return registry.part("models.load")(word)
        if kind in FOLDERS:
            return FOLDERS[kind](Path(word))
        if kind in KEPT:
            return _kept(word, kind)
        if kind == "ndarray":
            break
        if kind == "Callable":
            return Filled(registry.find(word).name, {})
        if kind == "Path":
            return Path(word)
        if kind in ("str", "int", "float", "bool"):
            return _flags.typed(word, annotation, parameter.name)
    if "ndarray" in annotation:
        return _array(Path(word))
    if _LISTS.match(annotation) and not set(_kinds(parameter)) - {"Any"}:
        return _list(Path(word))
    raise BadSetting(
        f"{info.name}: '{parameter.name}' is {annotation}, which no file gives; call it in a recipe"
    )


def _kinds(parameter: Parameter) -> list[str]:
    """Names of types in an annotation, in order, without what holds them."""
    if _LISTS.match(parameter.annotation) and "ndarray" not in parameter.annotation:
        inner = re.findall(r"\w+", parameter.annotation)[1:]
        return [] if set(inner) <= {"str", "int", "float", "list", "Sequence", "Any"} else ["?"]
    return [name for name in re.findall(r"\w+", parameter.annotation) if name not in ("np", "None")]


def _opened(kind: str, word: str, told: dict[str, str]) -> Any:
    from calque.data import open as files

    settings: dict[str, Any] = {name: told[name] for name in READING[kind] if name in told}
    if "columns" in settings:
        settings["columns"] = _flags.typed(settings["columns"], _flags.COLUMNS, "--columns")
    if "tokenized" in settings:
        settings["tokenized"] = _flags.typed(settings["tokenized"], "bool", "--tokenized")
    if kind == "Labelled" and "task" not in settings:
        raise BadSetting(
            f"{word}: say what its labels are: --task topic, pair, ner, pos, parsing or qa"
        )
    return getattr(files, f"open_{kind.lower()}")(word, **settings)


def _linked(parameter: Parameter) -> bool:
    """Whether it takes word links, of one pair or of all."""
    names = [name for name in re.findall(r"\w+", parameter.annotation) if name != "None"]
    return names[-1:] == ["Links"]


def _links(
    files: dict[str, Path], given: dict[str, Any], told: dict[str, str]
) -> dict[str, list[Any]]:
    """The links of each file, on grids of the sentences' sizes where these are given."""
    if not files:
        return {}
    from calque.data.pharaoh import side_by_side
    from calque.languages.words import words_of
    from calque.values import Bitext

    sizes = None
    for thing in given.values():
        if isinstance(thing, Bitext):
            sizes = [
                (len(words_of(source, thing.tokenized)), len(words_of(target, thing.tokenized)))
                for source, target in thing
            ]
    base = _flags.typed(told.get("base", "0"), "int", "--base")
    return dict(zip(files, side_by_side([*files.values()], sizes, base=base), strict=True))


def _kept(word: str, kind: str) -> Any:
    """What a part made and `apply ... --out` has kept; a model's own vocabulary; a file of vectors."""
    from calque.values import store

    there = store.kind(Path(word))
    if there is None and kind == "Vocabulary":
        return registry.part("models.vocabulary")(registry.part("models.load")(word))
    if there is None and kind == "Space":
        return registry.part("data.vectors")(Path(word))
    if there not in (kind, None):
        raise BadFile(f"{word}: expected a kept {kind}, found {there}")
    kept = store.load(Path(word))
    if type(kept).__name__ != kind:
        raise BadFile(f"{word}: expected a kept {kind}, found {type(kept).__name__}")
    return kept


def _array(path: Path) -> Any:
    import numpy as np

    if path.suffix != ".npy":
        raise BadFile(f"{path}: an array comes as .npy, written by numpy.save")
    try:
        return np.load(path, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise BadFile(f"{path}: no array: {error}") from error


def _list(path: Path) -> list:
    """One item per line; or a list in JSON, or JSON lines."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix == ".json":
            items = json.loads(text)
        elif path.suffix == ".jsonl":
            items = [json.loads(line) for line in text.split("\n") if line.strip()]
        else:
            items = [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]
    except OSError as error:
        raise BadFile(f"{path}: cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadFile(f"{path}: cannot be read: {error}") from error
    if not isinstance(items, list):
        raise BadFile(f"{path}: expected a list, found {type(items).__name__}")
    return items
