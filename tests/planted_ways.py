"""Parts and a recipe of two ways: a guess by the last letter, of words as they are and of their translations."""

from pathlib import Path

import shelf

PARTS = {
    "letters/say.py": '''
        """Translate backwards."""
        from calque.remembered import Remembered
        from calque.roles import translator
        from calque.translated import asked, view_of
        from calque.values import Texts, View

        @translator
        def say(texts: Texts) -> View:
            """Turn every text round."""
            ask = lambda lines: [(k, line[::-1], "") for k, line in enumerate(lines)]
            answers, troubles = asked(texts, ask, Remembered("say", 1))
            return view_of("letters.say", texts, answers, "qab", troubles)
    ''',
    "letters/through.py": '''
        """What a rewriter makes of texts."""
        from collections.abc import Callable
        from calque.roles import part
        from calque.values import Texts, View

        @part
        def through(texts: Texts, rewriter: Callable[..., View]) -> Texts:
            """Take what is rewritten."""
            return rewriter(texts).rewritten
    ''',
    "letters/guess.py": '''
        """Guess."""
        from calque.roles import part
        from calque.values import Predictions, Texts

        @part
        def guess(texts: Texts, learned: Texts) -> Predictions:
            """Say yes to a text that ends as one of those learned."""
            ends = {text[-1:] for text in learned}
            return Predictions(tuple("yes" if text[-1:] in ends else "no" for text in texts))
    ''',
    "letters/right.py": '''
        """Score."""
        from collections.abc import Sequence
        from calque.roles import part
        from calque.values import Score, Texts

        @part
        def right(predictions: Sequence[str], references: Texts) -> Score:
            """Share that is right."""
            hits = [a == b for a, b in zip(predictions, references, strict=True)]
            return Score("right", sum(hits) / max(1, len(hits)), 0.0, 1.0, n=len(hits))
    ''',
    "recipes/letters/two.yaml": """
        about: Two ways.
        inputs: {train: toy/train.txt, test: toy/test.txt, test_gold: toy/gold.txt, way: {use: letters.say}}
        steps:
          learned: {use: letters.read, path: $train}
          tests: {use: letters.read, path: $test}
          gold: {use: letters.read, path: $test_gold}
          turned: {use: letters.through, texts: $learned, rewriter: $way}
          returned: {use: letters.through, texts: $tests, rewriter: $way}
          of_plain: {use: letters.guess, texts: $tests, learned: $learned}
          of_turned: {use: letters.guess, texts: $tests, learned: $turned}
          of_returned: {use: letters.guess, texts: $returned, learned: $learned}
          zero_shot: {use: letters.right, predictions: $of_plain, references: $gold}
          translate_train: {use: letters.right, predictions: $of_turned, references: $gold}
          translate_test: {use: letters.right, predictions: $of_returned, references: $gold}
    """,
    "toy/train.txt": "ab\ncb\nab\n",
    "toy/test.txt": "bbbb\nbxaa\nxxc\nxa\n",
    "toy/gold.txt": "no\nyes\nyes\nyes\n",
}


def put(folder: Path) -> None:
    """Write them into the shelf's package."""
    for name, text in PARTS.items():
        shelf.put(folder, name, text)
