from calque.languages.traits import traits


def test_the_traits_of_a_short_word():
    grams = ["\x02d", "\x02da", "a", "ar", "ar\x03", "d", "da", "dar", "r", "r\x03"]
    assert traits("dar", 3) == sorted([*grams, "\x01dar"])


def test_casing_is_a_trait_and_nothing_else_depends_on_it():
    upper, lower = set(traits("DAR", 4)), set(traits("dar", 4))
    assert lower < upper
    assert {name.lstrip("\x01") for name in upper - lower} == {"initial", "capitals"}


def test_composed_and_decomposed_letters_are_one():
    assert traits("g\u0307", 4) == traits("ġ", 4)


def test_digits_signs_and_nothing_have_traits():
    assert "\x01\x01digit" in traits("2022", 3) and "\x01\x01letterless" in traits("2022", 3)
    assert "\x01\x01letterless" in traits("…", 3)
    assert traits("", 3)  # an empty word is one without a letter
