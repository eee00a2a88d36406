"""Every part meets every law of its role, unasked. There is no skip list."""

import inspect
from functools import partial

import pytest

from calque import registry, roles
from calque.errors import MissingExtra

PARTS = registry.parts()
LAWS = [
    (name, law.__name__)
    for name, info in PARTS.items()
    if info.role in roles.names()
    for law in getattr(roles, info.role).laws
]


@pytest.mark.parametrize(("name", "law"), LAWS)
@pytest.mark.parametrize("seed", [0, 1])
def test_a_part_meets_the_laws_of_its_role(name, law, seed):
    role = getattr(roles, PARTS[name].role)
    function = {each.__name__: each for each in role.laws}[law]
    part = registry.part(name)
    if role.evidence:
        given = role.evidence(seed)
        needed = [
            p.name
            for p in PARTS[name].parameters
            if p.default is None and (not p.setting or p.name in given)
        ]
        part = partial(part, **{one: given[one] for one in needed if one not in role.takes})
    try:
        function(part, *role.example(seed))
    except (
        MissingExtra
    ) as error:  # a program or server that is not here; the part's own test has one
        pytest.skip(str(error))


@pytest.mark.parametrize("name", PARTS)
def test_a_part_has_a_role_and_takes_what_its_role_says(name):
    info = PARTS[name]
    assert info.role in ("part", *roles.names())
    role = getattr(roles, info.role)
    data = tuple(parameter.name for parameter in info.parameters if not parameter.setting)
    assert data[: len(role.takes)] == role.takes


@pytest.mark.parametrize("name", PARTS)
def test_the_source_says_what_the_function_is(name):
    """What listing reads from the source is what calling meets."""
    info, function = PARTS[name], registry.part(name)
    parameters = inspect.signature(function).parameters.values()
    assert [(p.name, p.setting) for p in info.parameters] == [
        (p.name, p.kind is inspect.Parameter.KEYWORD_ONLY) for p in parameters
    ]
    assert function.role.name == info.role
    assert function.paper == info.paper


@pytest.mark.parametrize("name", roles.names())
def test_a_role_with_laws_makes_an_example_of_what_it_takes(name):
    role = getattr(roles, name)
    assert role.name == name
    if role.laws:
        assert len(role.example(0)) == len(role.takes)
