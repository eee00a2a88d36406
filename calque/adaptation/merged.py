"""Models merged in a way that is given: any part that makes one model of several."""

import inspect
from collections.abc import Callable

from calque.errors import BadSetting
from calque.roles import part
from calque.values import Checkpoint


@part
def merged(
    models: list[Checkpoint], base: Checkpoint, way: Callable[..., Checkpoint]
) -> Checkpoint:
    """Merge models by a part of one's choice, so that a recipe can go on with whatever merge is asked for.

    models: at least one; exactly two where the way goes from one to another
    base:   what they were made of, for the ways that look at it
    way:    `adaptation.average`, `arithmetic`, `ties`, `dare` or `slerp`, or another part that takes the same
    """
    given: dict[str, object] = {"checkpoints": models, "parents": models, "base": base}
    if len(models) == 2:
        given |= {"one": models[0], "two": models[1]}
    takes = inspect.signature(way).parameters
    lacking = [
        name
        for name, one in takes.items()
        if one.default is one.empty and name not in given and one.kind is not one.KEYWORD_ONLY
    ]
    if lacking:
        raise BadSetting(
            f"adaptation.merged: the way asks for '{lacking[0]}', which {len(models)} models and a base do not give"
        )
    return way(**{name: given[name] for name in takes if name in given})
