"""Random causal models of several families, for tests."""

from pathlib import Path
from tempfile import mkdtemp

import torch
import transformers
from small_tokenizers import sentencepiece

from calque.models.folder import save

SMALL = {
    "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 24,
    "max_position_embeddings": 32,
}  # fmt: skip
FAMILIES = {
    "llama": (transformers.LlamaConfig, {"tie_word_embeddings": False}),
    "tied": (transformers.LlamaConfig, {"tie_word_embeddings": True}),
    "qwen": (transformers.Qwen3Config, {"num_key_value_heads": 1, "head_dim": 8}),
    "gemma": (transformers.Gemma2Config, {"num_key_value_heads": 1, "head_dim": 8}),
    "phi": (transformers.PhiConfig, {}),  # untied, and with a bias
    "gpt2": (transformers.GPT2Config, {"n_embd": 16, "n_layer": 2, "n_head": 2}),
}
FILL = 5  # rows of the weights behind the last piece
OLD = sentencepiece(["t h", "th e", "▁ the", "c a", "▁ ca"], "acehtosd", fallback=True, bos=True)


def causal(name, words=OLD):
    """A random model of a family, with a few rows more than pieces."""
    kind, settings = FAMILIES[name]
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_object=words.fast, unk_token="<unk>", bos_token="<s>", model_max_length=32
    )
    common = {} if name == "gpt2" else SMALL
    config = kind(vocab_size=len(words) + FILL, pad_token_id=None, bos_token_id=None,
                  eos_token_id=None, **common, **settings)  # fmt: skip
    torch.manual_seed(3)
    model = transformers.AutoModelForCausalLM.from_config(config)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)
    return save(model, tokenizer, Path(mkdtemp()))
