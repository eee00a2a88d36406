"""Logits of salesforce/MPT (a2349aa, transformers 4.30.2, torch 2.13.0) with deep prompts, for three tasks.

Encoders of three layers, all weights given by formula, four prompts: classes by a BERT (the authors' RoBERTa of classes has
a head of their own), tags and answers by a RoBERTa, which is what XLM-R is. Made beside a checkout, in an environment of its
own: python tests/golden/mpt.py CHECKOUT > tests/golden/mpt.json
"""

import json
import math
import sys
import types

import torch

CONFIG = {
    "vocab_size": 40,
    "hidden_size": 16,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "intermediate_size": 24,
    "max_position_embeddings": 24,
    "hidden_dropout_prob": 0.0,
    "attention_probs_dropout_prob": 0.0,
    "pad_token_id": 1,
}
LABELS = {"class": {"num_labels": 3}, "tags": {"num_labels": 3}, "answer": {"num_labels": 2}}
COUNT = 4
IDS = torch.tensor([[2, 5, 9, 17, 3, 1], [2, 31, 8, 12, 39, 3]])
MASK = torch.tensor([[1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1]])


def numbers(shape, salt):
    """Values that look random, in every version of everything."""
    places = torch.arange(math.prod(shape), dtype=torch.float64)
    return (torch.sin(places * 12.9898 + salt * 78.233) * 0.3).reshape(shape).float()


def fill(model):
    """Give body and head their weights, by name."""
    with torch.no_grad():
        for name, own in model.named_parameters():
            if not any(part in name for part in ("prefix_encoder", "inserted")):
                own.copy_(numbers(tuple(own.shape), sum(map(ord, name)) % 97))
                if "LayerNorm.weight" in name:
                    own.add_(1)


def prompts():
    """Rows [count, layers · (keys, values) · heads · size], in the order of the authors' table."""
    return 3 * numbers((COUNT, CONFIG["num_hidden_layers"] * 2 * CONFIG["hidden_size"]), 5)


def main():
    sys.path.insert(0, sys.argv[1])
    for name in ("deberta", "debertaV2"):  # written for another version, and not asked for
        stub = types.ModuleType(f"model.{name}")
        stub.__getattr__ = lambda _name: object
        sys.modules[f"model.{name}"] = stub
    import transformers
    from model.question_answering import RobertaPrefixModelForQuestionAnswering
    from model.sequence_classification import BertPrefixForSequenceClassification
    from model.token_classification import RobertaPrefixForTokenClassification

    answers = {}
    for task, kind in (
        ("class", BertPrefixForSequenceClassification),
        ("tags", RobertaPrefixForTokenClassification),
        ("answer", RobertaPrefixModelForQuestionAnswering),
    ):
        sys.stdout, kept = sys.stderr, sys.stdout  # the models print
        made_of = transformers.BertConfig if task == "class" else transformers.RobertaConfig
        config = made_of(**CONFIG | LABELS[task])
        config.pre_seq_len, config.prefix_projection = COUNT, False
        model = kind(config).eval()
        sys.stdout = kept
        fill(model)
        with torch.no_grad():
            model.prefix_encoder.embedding.weight.copy_(prompts())
            made = model(input_ids=IDS, attention_mask=MASK, return_dict=True)
        logits = (
            torch.stack([made.start_logits, made.end_logits], -1)
            if task == "answer"
            else made.logits
        )
        answers[task] = logits.tolist()
    print(json.dumps({"versions": {"transformers": transformers.__version__}, **answers}))


if __name__ == "__main__":
    main()
