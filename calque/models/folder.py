"""Open a model folder: its weights, its tokenizer; and write one."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from calque.errors import BadFile, BadSetting
from calque.models.biaffine import parser_of
from calque.values import Checkpoint
from calque.values.checkpoint import PARSER

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

log = logging.getLogger(__name__)

# what a model is asked to do, and the class of transformers that does it
KINDS = {
    "encoder": "AutoModel",
    "class": "AutoModelForSequenceClassification",
    "pair": "AutoModelForSequenceClassification",
    "tags": "AutoModelForTokenClassification",
    "parse": "AutoModel",  # with a head of ours beside it
    "answer": "AutoModelForQuestionAnswering",
    "spans": "AutoModelForQuestionAnswering",
    "masked": "AutoModelForMaskedLM",
    "causal": "AutoModelForCausalLM",
    "translator": "AutoModelForSeq2SeqLM",
}
_TOKENIZER_FILES = ("tokenizer.json", "vocab.txt", "vocab.json", "*.model", "*.spm", "*.tiktoken")


def open_model(
    checkpoint: Checkpoint, kind: str, *, config: object | None = None, seed: int = 0
) -> "PreTrainedModel":
    """Load the weights as float32, in evaluation mode, on the CPU.

    kind:   "encoder", "class", "pair", "tags", "parse", "answer", "spans", "masked", "causal" or "translator"
    config: a transformers configuration in place of the folder's own
    seed:   draws the weights of a head that the folder lacks; the global generator stays untouched

    Raises BadFile where weights of the body are missing or have another shape than the
    configuration says; a missing head is drawn at random, and logged.
    """
    import transformers

    if kind not in KINDS:
        raise BadSetting(f"models: no kind of model '{kind}'; there are: {', '.join(KINDS)}")
    if kind == "parse":
        return _open_parser(checkpoint, config, seed)
    settings = {} if config is None else {"config": config}
    with quiet(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        try:
            model, loading = getattr(transformers, KINDS[kind]).from_pretrained(
                checkpoint.folder,
                output_loading_info=True,
                ignore_mismatched_sizes=True,  # looked at below, with a better message
                trust_remote_code=False,
                local_files_only=True,
                use_safetensors=True,
                **settings,
            )
        except (ValueError, OSError, RuntimeError, KeyError) as error:
            reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
            raise BadFile(
                f"{checkpoint.folder}: cannot be loaded as {KINDS[kind]}: {reason}"
            ) from error
    _check(checkpoint, model, loading, kind)
    if kind == "encoder" and model.config.is_encoder_decoder:
        model = model.get_encoder()
    return model.float().eval()


def configuration(checkpoint: Checkpoint) -> Any:
    """The configuration of the folder's model, for whichever of its architectures."""
    import transformers

    return transformers.AutoConfig.from_pretrained(
        checkpoint.folder, trust_remote_code=False, local_files_only=True
    )


def _open_parser(checkpoint: Checkpoint, config: Any, seed: int) -> Any:
    if checkpoint.config.get("is_encoder_decoder"):
        raise BadFile(f"{checkpoint.folder}: an encoder-decoder; a parser is made from an encoder")
    body: Any = open_model(checkpoint, "encoder", config=config)
    labels = {str(k): label for k, label in (body.config.id2label or {}).items()}
    file = checkpoint.folder / PARSER
    # a head for other relations stays behind, as those of transformers do
    kept = file.is_file() and checkpoint.config.get("id2label") == labels
    return parser_of(body, file if kept else None, seed)


def _check(checkpoint: Checkpoint, model: "PreTrainedModel", loading: Any, kind: str) -> None:
    body = {id(parameter) for parameter in model.base_model.parameters()}
    names = model.named_parameters(remove_duplicate=False)
    of_body = {name for name, parameter in names if id(parameter) in body}
    missing = set(loading["missing_keys"])
    missing |= {key[0] if isinstance(key, tuple) else key for key in loading["mismatched_keys"]}
    # many published encoders leave out the pooler, which no part of ours reads without training it
    lost = sorted(name for name in missing & of_body if "pooler" not in name)
    if lost:
        raise BadFile(
            f"{checkpoint.folder}: {len(lost)} weights of the body are missing or of another shape than "
            f"config.json says, for example {lost[0]}; is the folder complete?"
        )
    drawn = sorted(missing - of_body)
    if drawn:
        level = logging.WARNING if kind in ("masked", "causal", "translator") else logging.INFO
        log.log(
            level,
            "%s: %d head weights are drawn at random, untrained (%s ...)",
            checkpoint.folder,
            len(drawn),
            drawn[0],
        )


def head_names(model: "PreTrainedModel") -> list[str]:
    """Names of the parameters that belong to no body: the task's or language model's head."""
    body = {id(parameter) for parameter in model.base_model.parameters()}
    return [name for name, parameter in model.named_parameters() if id(parameter) not in body]


def open_tokenizer(checkpoint: Checkpoint) -> "PreTrainedTokenizerFast":
    """Load the folder's tokenizer, the fast kind only; BadFile where there is none."""
    import transformers

    folder = checkpoint.folder
    if not any(True for pattern in _TOKENIZER_FILES for _ in folder.glob(pattern)):
        raise BadFile(
            f"{folder}: no tokenizer (tokenizer.json); copy it from the model that this one was "
            "made from: AutoTokenizer.from_pretrained(base).save_pretrained(folder)"
        )
    with quiet():
        try:
            tokenizer: Any = transformers.AutoTokenizer.from_pretrained(
                folder, use_fast=True, trust_remote_code=False
            )
        except (ValueError, OSError, ImportError, KeyError) as error:
            reason = next(iter(str(error).strip().splitlines()), type(error).__name__)
            raise BadFile(f"{folder}: the tokenizer cannot be loaded: {reason}") from error
    if not tokenizer.is_fast:
        raise BadFile(f"{folder}: only a slow tokenizer; calque needs tokenizer.json")
    return tokenizer


def save(
    model: "PreTrainedModel", tokenizer: "PreTrainedTokenizerFast", folder: Path
) -> Checkpoint:
    """Write configuration, safetensors weights and tokenizer to `folder`, so that plain transformers loads it."""
    with quiet():
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)
    tidy_tokenizer(folder)
    return Checkpoint(folder)


def tidy_tokenizer(folder: Path) -> None:
    """Make a saved tokenizer's settings readable by every version of transformers from 4.50 on."""
    path = folder / "tokenizer_config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    for name in ("backend", "is_local", "local_files_only"):  # where it was loaded from
        settings.pop(name, None)
    # 5.0 renames the class, and 4.5x leaves the end of its name out
    if settings.get("tokenizer_class") in ("TokenizersBackend", "PreTrainedTokenizer"):
        settings["tokenizer_class"] = "PreTrainedTokenizerFast"
    text = json.dumps(settings, ensure_ascii=False, indent=2, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


@contextmanager
def quiet() -> Iterator[None]:
    """Keep transformers' warnings and bars from the terminal inside; as before afterwards."""
    from transformers.utils import logging as chatter

    level, bars = chatter.get_verbosity(), chatter.is_progress_bar_enabled()
    chatter.set_verbosity_error()
    if bars:
        chatter.disable_progress_bar()
    try:
        yield
    finally:
        chatter.set_verbosity(level)
        if bars:
            chatter.enable_progress_bar()


def device() -> torch.device:
    """Where inference runs: the first GPU, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")
