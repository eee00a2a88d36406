"""Which commit a name of the hub stands for here, so that results are told apart by content."""

from pathlib import Path


def commit(name: str, kind: str) -> str | None:
    """The commit that the hub's local cache holds as `main`, None where it has none or it is no name.

    name: org/name
    kind: "model" or "dataset"
    """
    from huggingface_hub import constants
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.file_download import repo_folder_name
    from huggingface_hub.utils import validate_repo_id

    try:
        validate_repo_id(name)
    except HFValidationError:
        return None  # no name of the hub; whoever loads it says what is wrong
    folder = repo_folder_name(repo_id=name, repo_type=kind)
    file = Path(constants.HF_HUB_CACHE) / folder / "refs" / "main"
    return file.read_text(encoding="utf-8").strip() if file.is_file() else None
