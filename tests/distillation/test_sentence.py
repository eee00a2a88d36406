"""The loss of sentence vectors: by hand, against a plain loop, and where it has nothing to say."""

import math

import numpy as np
import pytest
import torch

from calque.distillation.sentence import sentence
from calque.errors import BadSetting


def plainly(student, teacher, bank, distance, contrast, temperature):
    def cosine(a, b):
        return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b)))

    apart = np.mean([((s - t) ** 2).sum() for s, t in zip(student, teacher, strict=True)])
    scale = np.mean([(t**2).sum() for t in teacher])
    told = 0.0
    for row, vector in enumerate(student):
        powers = [math.exp(cosine(vector, t) / temperature) for t in [*teacher, *bank]]
        told -= math.log(powers[row] / sum(powers)) / len(student)
    return distance * apart / scale + contrast * told


def test_by_hand():
    student = torch.tensor([[2.0, 0.0], [0.0, 1.0]])
    teacher = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    none = torch.zeros(0, 2)
    # distances 1 and 1; squared lengths 1 and 4
    assert sentence(student, teacher, none, contrast=0).item() == pytest.approx(1 / 2.5)
    # cosines 1 to the own, 0 to the other teacher
    told = -math.log(math.e / (math.e + 1))
    value = sentence(student, teacher, none, distance=0, temperature=1)
    assert value.item() == pytest.approx(told)
    # one more at a right angle to the first, opposite to the second
    bank = torch.tensor([[0.0, -3.0]])
    first, second = math.e / (math.e + 2), math.e / (math.e + 1 + 1 / math.e)
    told = -(math.log(first) + math.log(second)) / 2
    value = sentence(student, teacher, bank, distance=0, temperature=1)
    assert value.item() == pytest.approx(told)
    assert sentence(student, teacher, none, contrast=0, normalize=True).item() == 0


@pytest.mark.parametrize("seed", range(3))
def test_equals_a_plain_loop(seed):
    generator = torch.Generator().manual_seed(seed)
    student, teacher = (torch.randn(6, 4, generator=generator) for _ in range(2))
    bank = torch.randn(seed * 3, 4, generator=generator)
    settings = {"distance": 0.7, "contrast": 0.3, "temperature": 0.2}
    expected = plainly(student.numpy(), teacher.numpy(), bank.numpy(), **settings)
    assert sentence(student, teacher, bank, **settings).item() == pytest.approx(expected, rel=1e-5)


def test_a_sentence_that_stands_twice_is_no_negative():
    generator = torch.Generator().manual_seed(1)
    student, teacher = (torch.randn(3, 4, generator=generator) for _ in range(2))
    none = torch.zeros(0, 4)
    alone = sentence(student, teacher, none, distance=0)
    again = sentence(student, teacher, 2 * teacher[[0]], distance=0)
    # for the first row the copy is left out; the others have it as a further negative
    assert again > alone
    single = sentence(student[:1], teacher[:1], 2 * teacher[[0]], distance=0)
    assert single.item() == 0


def test_scale_of_the_teacher_does_not_matter():
    generator = torch.Generator().manual_seed(2)
    student, teacher, bank = (torch.randn(5, 4, generator=generator) for _ in range(3))
    one, hundred = (sentence(k * student, k * teacher, k * bank) for k in (1, 100))
    torch.testing.assert_close(one, hundred)


@pytest.mark.parametrize("wrong", [{"temperature": 0}, {"distance": -1.0}, {"contrast": -1.0}])
def test_refuses(wrong):
    rows = torch.ones(2, 3)
    with pytest.raises(BadSetting, match="must be positive"):
        sentence(rows, rows, rows, **wrong)
