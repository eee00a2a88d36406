"""A space carried into another."""

from calque.roles import part
from calque.values import Map, Space


@part
def mapped(space: Space, map: Map) -> Space:
    """Call the map on the space: the same names and language, vectors of the other space.

    space: [n, d]
    map:   from vectors of width d, for example of `spaces.procrustes`
    """
    return map(space)
