"""Which symbols may follow, where a sequence is to be copied with labels around parts of it.

An automaton of the sequences that consist of a given one, unchanged and whole, and labels: each opens before a unit
of the sequence and closes behind the same or a later one, and none lies in another. Every sequence that it accepts
is read back in one way alone.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from calque.errors import BadValue

Label = tuple[tuple[int, ...], tuple[int, ...]]


class State(NamedTuple):
    """How far a sequence has come.

    place: symbols copied; label: the open one, which begins at `start`; tag: symbols of a tag that has begun
    """

    place: int = 0
    label: str | None = None
    start: int = 0
    tag: tuple[int, ...] = ()
    ended: bool = False


@dataclass(frozen=True)
class Copying:
    """The automaton of one sequence.

    symbols: to be copied
    units:   the unit of each symbol, in order; labels lie around whole units
    labels:  name to the symbols that open it and those that close it
    end:     the symbol that ends
    """

    symbols: Sequence[int]
    units: Sequence[int]
    labels: Mapping[str, Label]
    end: int

    def __post_init__(self):
        if len(self.symbols) != len(self.units):
            raise BadValue(f"Copying: {len(self.symbols)} symbols in {len(self.units)} units")
        opening = [tags[0] for tags in self.labels.values()]
        for name, tags in self.labels.items():
            if not all(tags):
                raise BadValue(f"Copying: a tag of label '{name}' has no symbols")
            begun = [other for other in opening if tags[0][: len(other)] == other]
            if len(begun) > 1:  # itself is one
                raise BadValue(f"Copying: the tag of label '{name}' begins with that of another")

    def follow(self, state: State) -> dict[int, State]:
        """Symbols that may follow, each with the state that it leads to; never empty before the end.

        Where the next symbol of the sequence also begins a tag, it is copied.
        """
        if state.ended:
            return {}
        if state.tag:
            return dict(self._tags(state))
        found: dict[int, State] = {}
        if self._between(state):
            found |= dict(self._tags(state))
        if state.place < len(self.symbols):
            found[self.symbols[state.place]] = state._replace(place=state.place + 1)
        elif state.label is None:
            found[self.end] = State(state.place, ended=True)
        return found

    def _between(self, state: State) -> bool:
        """Whether a label may open or close here: never in a unit, around nothing or behind the last one."""
        place, last = state.place, state.place == len(self.symbols)
        if last if state.label is None else place == state.start:
            return False
        return place == 0 or last or self.units[place] != self.units[place - 1]

    def _tags(self, state: State) -> Iterator[tuple[int, State]]:
        """Symbols that begin a tag, or go on with it."""
        count = len(state.tag)
        for name, tags in self.labels.items():
            closes = state.label is not None
            if closes and name != state.label:
                continue
            tag = tags[closes]
            if tag[:count] != state.tag:
                continue
            whole = count + 1 == len(tag)
            if not whole:
                yield tag[count], state._replace(tag=tag[: count + 1])
            elif closes:
                yield tag[count], State(state.place)
            else:
                yield tag[count], State(state.place, name, state.place)

    def read(self, written: Sequence[int]) -> list[tuple[str, int, int]]:
        """Label, first symbol and the one after the last of every part that is labelled.

        BadValue for what the automaton does not accept.
        """
        state, found = State(), []
        for k, symbol in enumerate(written):
            after = self.follow(state).get(symbol)
            if after is None:
                raise BadValue(f"Copying: symbol {symbol} at place {k} may not stand there")
            if state.label is not None and after.label is None:
                found.append((state.label, state.start, after.place))
            state = after
        if not state.ended:
            raise BadValue("Copying: the sequence does not end")
        return found
