"""Logits of `adapters` (1.3.0, torch 2.13.0, transformers 4.57.6) with bottlenecks and invertible adapters.

A language adapter (seq_bn_inv, reduction 2, no adapter in the last layer) beneath a task adapter (seq_bn,
reduction 4) on a BERT of three layers, all weights given by formula; pieces are guessed from the
states taken back through the invertible adapter, as the paper has it. Made in an environment of its own: python tests/golden/adapters_madx.py > tests/golden/adapters_madx.json
"""

import json
import math

import torch

CONFIG = {
    "vocab_size": 40,
    "hidden_size": 16,
    "num_hidden_layers": 3,
    "num_attention_heads": 2,
    "intermediate_size": 24,
    "max_position_embeddings": 20,
    "hidden_dropout_prob": 0.0,
    "attention_probs_dropout_prob": 0.0,
}
IDS = torch.tensor([[2, 5, 9, 17, 3, 0], [2, 31, 8, 12, 39, 3]])
MASK = torch.tensor([[1, 1, 1, 1, 1, 0], [1, 1, 1, 1, 1, 1]])


def numbers(shape, salt):
    """Values that look random, in every version of everything."""
    count = math.prod(shape)
    places = torch.arange(count, dtype=torch.float64)
    return (torch.sin(places * 12.9898 + salt * 78.233) * 0.3).reshape(shape).float()


def fill_base(model):
    """Give a masked-language BERT its weights, by name."""
    with torch.no_grad():
        for name, own in model.named_parameters():
            if "adapter" not in name:
                own.copy_(numbers(tuple(own.shape), sum(map(ord, name)) % 97))
                if "LayerNorm.weight" in name:
                    own.add_(1)


def bottleneck(layer, inner, salt):
    """Weights of one bottleneck."""
    return {
        "down.weight": numbers((inner, 16), salt + layer),
        "down.bias": numbers((inner,), salt + layer + 10),
        "up.weight": numbers((16, inner), salt + layer + 20),
        "up.bias": numbers((16,), salt + layer + 30),
    }


def coupling():
    """Weights of the invertible adapter: F is `first`, G is `second`."""
    made = {}
    for salt, net in enumerate(("first", "second")):
        made[f"{net}.0.weight"] = numbers((4, 8), 50 + salt)
        made[f"{net}.0.bias"] = numbers((4,), 52 + salt)
        made[f"{net}.2.weight"] = numbers((8, 4), 54 + salt)
        made[f"{net}.2.bias"] = numbers((8,), 56 + salt)
    return made


def main():
    import adapters
    from adapters.composition import Stack
    from transformers import BertConfig, BertForMaskedLM

    model = BertForMaskedLM(BertConfig(**CONFIG))
    fill_base(model)
    adapters.init(model)
    language = adapters.SeqBnInvConfig(
        reduction_factor=2, inv_adapter_reduction_factor=2, leave_out=[2]
    )
    model.add_adapter("language", config=language)
    model.add_adapter("task", config=adapters.SeqBnConfig(reduction_factor=4))
    with torch.no_grad():
        for name, inner, salt in (("language", 8, 1), ("task", 4, 5)):
            for layer, block in enumerate(model.bert.encoder.layer):
                if name not in block.output.adapters:
                    continue
                own = block.output.adapters[name]
                values = bottleneck(layer, inner, salt)
                for side, place in (("down", own.adapter_down[0]), ("up", own.adapter_up)):
                    place.weight.copy_(values[f"{side}.weight"])
                    place.bias.copy_(values[f"{side}.bias"])
        inverse = model.bert.invertible_adapters["language"]
        for key, value in coupling().items():
            net, rest = key.split(".", 1)
            {"first": inverse.F, "second": inverse.G}[net].get_parameter(rest).copy_(value)
    answers = {}
    model.eval()
    for name, active in (
        ("language", "language"),
        ("stack", Stack("language", "task")),
        ("task", "task"),
    ):
        model.set_active_adapters(active)
        with torch.no_grad():
            made = model(input_ids=IDS, attention_mask=MASK, output_hidden_states=True)
            states = made.hidden_states[-1]
            guesses = model.cls.predictions.transform(states)
            # where the head is a standard one, adapters leaves the way back out: its logits are those without
            plain = model.cls.predictions.decoder(guesses)
            torch.testing.assert_close(made.logits, plain)
            if name != "task":
                guesses = inverse(guesses, rev=True)
            logits = model.cls.predictions.decoder.forward(guesses)
        answers[name] = {
            "states": states[:, :2, :5].tolist(),
            "logits": logits[:, :2, :5].tolist(),
        }
    print(json.dumps({"versions": {"adapters": adapters.__version__}, **answers}))


if __name__ == "__main__":
    main()
