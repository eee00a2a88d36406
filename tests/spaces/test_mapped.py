import numpy as np

from calque.spaces.mapped import mapped
from calque.values import Map, Space


def test_is_the_map_called():
    space = Space(("a", "b"), np.array([[1.0, 2], [3, 4]]), "eng")
    found = mapped(space, Map(np.array([[0.0, 1], [-1, 0]])))
    assert found.names == space.names and found.language == "eng"
    assert found.vectors.tolist() == [[-2, 1], [-4, 3]]
