"""What a model adds to a disk that has its base."""

import torch
from patches import a_base, a_model, tensors_of

from calque.adaptation.stored import stored


def test_nothing_few_numbers_and_whole_tensors(tmp_path):
    base = a_base(tmp_path / "base", vocab_size=7)
    tensors = tensors_of(base)
    assert stored(base, a_model(tmp_path / "same", tensors)) == 0
    few = {name: tensor.clone() for name, tensor in tensors.items()}
    few["layer.1.dense.weight"][2, 1] += 1
    one = stored(base, a_model(tmp_path / "few", few))
    assert 0 < one <= 12  # a number and its place
    head = a_model(tmp_path / "head", few | {"head.weight": torch.ones(3, 4)})
    assert stored(base, head) == one + 3 * 4 * 4
    every = {
        n: t + torch.randn(t.shape) if t.is_floating_point() else t for n, t in tensors.items()
    }
    floats = sum(t.nbytes for t in tensors.values() if t.is_floating_point())
    assert stored(base, a_model(tmp_path / "every", every)) == floats


def test_other_words_are_kept_whole(tmp_path):
    base = a_base(tmp_path / "base", vocab_size=7)
    tensors = tensors_of(base) | {"embeddings.weight": torch.zeros(9, 4)}
    assert stored(base, a_model(tmp_path / "words", tensors, vocab_size=9)) == 9 * 4 * 4
