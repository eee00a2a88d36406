"""Borders in a plane and in space: by hand, and what must stay when points are moved."""

import numpy as np
import pytest

from calque.maths.borders import apart, border, decided, likeness, plane, segments


def clouds(seed, centers, count=40):
    generator = np.random.default_rng(seed)
    classes = np.arange(count * len(centers)) % len(centers)
    points = np.array(centers, dtype=float)[classes] + 0.3 * generator.normal(size=(len(classes), len(centers[0])))  # fmt: skip
    return points, classes


def test_a_border_of_two_classes_is_one_line_by_hand():
    """Class 0 wins where x > 1."""
    (found,) = segments(np.array([[1.0, -1.0], [0.0, 0.0]]), np.array([-1.0, 1.0]), (0, 0, 4, 2))
    assert sorted([found[:2], found[2:]]) == [pytest.approx((1, 0)), pytest.approx((1, 2))]
    assert segments(np.array([[1.0, -1.0], [0, 0]]), np.array([-9.0, 9.0]), (0, 0, 4, 2)) == []


def test_three_classes_meet_in_a_point_and_every_line_is_a_tie():
    angles = np.array([0, 2, 4]) * np.pi / 3
    weights, shift = np.stack([np.cos(angles), np.sin(angles)]), np.zeros(3)
    found = segments(weights, shift, (-1, -1, 1, 1))
    assert len(found) == 3
    for line in found:
        ends = np.array([line[:2], line[2:]])
        assert np.abs(ends).sum(axis=1).min() == pytest.approx(0, abs=1e-9)
        scores = np.sort(ends.mean(axis=0) @ weights + shift)
        assert scores[-1] == pytest.approx(scores[-2]) and scores[-1] > scores[0]


def test_what_is_fitted_decides_and_what_does_not_occur_never_wins():
    points, classes = clouds(0, [(2, 0, 0), (0, 2, 0), (0, 0, 2)])
    fitted = border(points, classes, 4)
    assert (decided(points, *fitted) == classes).mean() > 0.97
    other = border(*clouds(1, [(2, 0, 0), (0, 2, 0), (0, 0, 2)]), 4)
    turned = border(*clouds(1, [(0, 2, 0), (2, 0, 0), (0, 0, 2)]), 4)
    assert likeness(fitted[0], fitted[0]) == pytest.approx(1)
    assert likeness(fitted[0], other[0]) > 0.9 > 0.5 > likeness(fitted[0], turned[0])


def test_centers_that_moved_by_as_much_as_they_lie_apart():
    points, classes = clouds(0, [(0, 0), (3, 4)])
    assert apart(points, classes, points, classes, 2) == 0
    between = np.linalg.norm(points[classes == 0].mean(0) - points[classes == 1].mean(0))
    moved = points + np.array([0, between])
    assert apart(points, classes, moved, classes, 3) == pytest.approx(1)


@pytest.mark.parametrize("centers", [[(2, 0, 0, 0), (-2, 0, 0, 0)], [(3, 0, 0, 0), (0, 3, 0, 0), (-3, -3, 0, 0)]])  # fmt: skip
def test_the_plane_shows_what_sets_classes_apart(centers):
    points, classes = clouds(0, centers)
    axes = plane(points, classes)
    np.testing.assert_allclose(axes.T @ axes, np.eye(2), atol=1e-9)
    assert np.abs(axes[0]).max() > 0.7 and np.abs(axes[2:, 0]).max() < 0.2
