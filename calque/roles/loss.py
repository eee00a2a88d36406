"""loss: student [b, d], teacher [b, d], bank [k, d] -> scalar. How far the student is from its teacher."""

import torch

from calque.roles.base import Role


def example(seed: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Eight student vectors near nothing in particular, their teachers, twelve others."""
    generator = torch.Generator().manual_seed(seed)
    shapes = ((8, 5), (8, 5), (12, 5))
    student, teacher, bank = (torch.randn(shape, generator=generator) for shape in shapes)
    return student, teacher, bank


def is_a_finite_scalar(part, student, teacher, bank):
    """One number, also for a single row, no bank, and vectors of length zero."""
    for rows in (
        (student, teacher, bank),
        (student[:1], teacher[:1], bank[:0]),
        (0 * student, 0 * teacher, 0 * bank),
    ):
        value = part(*rows)
        assert value.shape == ()
        assert torch.isfinite(value)


def prefers_the_teacher(part, student, teacher, bank):
    """A student equal to its teacher loses less than another, and than its rows in wrong order."""
    right = part(teacher, teacher, bank)
    assert right < part(student, teacher, bank)
    assert right < part(teacher.roll(1, 0), teacher, bank)


def teaches_the_student_alone(part, student, teacher, bank):
    """A small step against the gradient loses less; teacher and bank get no gradient."""
    moving = student.clone().requires_grad_()
    fixed = teacher.clone().requires_grad_()
    value = part(moving, fixed, bank)
    value.backward()
    assert moving.grad is not None and torch.isfinite(moving.grad).all()
    assert fixed.grad is None
    step = 1e-3 * moving.grad / moving.grad.norm()
    assert part(student - step, teacher, bank) < value.detach()


def ignores_row_order(part, student, teacher, bank):
    """Pairs and bank may come in any order."""
    value = part(student, teacher, bank)
    torch.testing.assert_close(part(student.flip(0), teacher.flip(0), bank.flip(0)), value)


loss = Role(
    "loss",
    takes=("student", "teacher", "bank"),
    gives=torch.Tensor,
    about="How far student vectors are from their teacher's; further teacher vectors may be negatives.",
    example=example,
    laws=(is_a_finite_scalar, prefers_the_teacher, teaches_the_student_alone, ignores_row_order),
)
