"""Related languages made from a seed, about which everything is known: the oracle for tests."""

from calque.synthetic.family import Family as Family
from calque.synthetic.naming import family as family
from calque.synthetic.naming import named as named
