"""Translation by a language model behind a server that speaks the chat protocol of OpenAI.

Source: https://platform.openai.com/docs/api-reference/chat/create; also spoken by vLLM, llama.cpp, Ollama
and others.
"""

import logging
import os
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial

from calque.errors import BadSetting, CalqueError, MissingExtra
from calque.languages import resolve
from calque.languages.named import named
from calque.projection.chat import Chatting, NoAnswer, Reply
from calque.remembered import Remembered
from calque.roles import translator
from calque.translated import EMPTY, asked, one_line, view_of
from calque.values import Texts, View

log = logging.getLogger(__name__)

_WHERE = "projection.server"
_SAY = (
    "Translate from {source} into {target}. Answer with the translation alone: no notes, no quotation "
    "marks around it, line for line as in the text. Leave markers and tags as they are."
)
_NUMBERED = (
    " Every line begins with its number in brackets; begin its translation with the same one."
)
_LINE = re.compile(r"^\[(\d+)\] ?(.*)$")
# how models decline, which is no translation of anything into another language than English
_DECLINES = re.compile(
    r"^(I'm sorry|I am sorry|Sorry,|I can(no|')t|I am unable|I'm unable|As an AI\b)", re.I
)
_GIVES_UP = 8  # lines one after the other without an answer: the server is gone
SAME = "repeats the source"


@translator
def server(
    texts: Texts,
    *,
    language: str,
    model: str,
    instruction: str = "",
    together: int = 1,
    at_once: int = 8,
    timeout: float = 120.0,
) -> View:
    """Translate by a model at `$OPENAI_BASE_URL` (".../v1") with the key `$OPENAI_API_KEY`, if it needs one.

    An answer that is empty, cut off, refused, or of more or fewer lines than its text is empty, one that
    repeats its text stays; column `trouble` says which, and the next call asks for these again (a finished
    step of a recipe is not called again). An answer without trouble is never asked for twice. Busy servers and broken connections are tried five times,
    longer apart each time or as the server says.

    language:    of the translations, ISO 639-3; the model is told its English name
    model:       its name at the server. A setting and not of the environment, because results depend on it
    instruction: to the model, {source} and {target} stand for the languages; ours where empty
    together:    lines of one request, numbered. More save time and cost where texts are short; what comes
                 back in other lines is asked again one by one
    at_once:     requests in flight
    timeout:     most seconds of one request
    """
    if together < 1 or at_once < 1 or timeout <= 0:
        raise BadSetting(
            f"{_WHERE}: together and at_once must be at least 1 and timeout above 0, "
            f"got {together}, {at_once} and {timeout:g}"
        )
    url = os.environ.get("OPENAI_BASE_URL", "").strip().rstrip("/")
    if not url:
        raise MissingExtra(
            f"{_WHERE}: no server; set OPENAI_BASE_URL, for example http://localhost:8000/v1, and "
            "OPENAI_API_KEY where it asks for a key"
        )
    if not url.startswith(("http://", "https://")):
        raise BadSetting(
            f"{_WHERE}: OPENAI_BASE_URL must begin with http:// or https://, got '{url}'"
        )
    names = {"source": _name(texts.language), "target": _name(language)}
    say = (instruction or _SAY).replace("{source}", names["source"])
    say = say.replace("{target}", names["target"])
    chatting = Chatting(url, os.environ.get("OPENAI_API_KEY", ""), model, timeout)
    memory = Remembered("server", [url, model, say, together])
    ask = partial(
        _asked, chatting=chatting, say=say, together=together, at_once=at_once, into=language
    )
    answers, troubles = asked(texts, ask, memory)
    return view_of(_WHERE, texts, answers, language, troubles)


def _name(language: str) -> str:
    return "its language" if language == "und" else named(language)


def _asked(
    lines: Sequence[str],
    chatting: Chatting,
    say: str,
    together: int,
    at_once: int,
    into: str,
) -> Iterator[tuple[int, str, str]]:
    """Answers as they come. A server that answers nothing any more ends it; what is known by then is kept."""
    groups = [range(k, min(k + together, len(lines))) for k in range(0, len(lines), together)]
    silent = 0
    with ThreadPoolExecutor(at_once) as pool:
        # a window of requests, so that a million lines are not a million futures
        for start in range(0, len(groups), 16 * at_once):
            some = groups[start : start + 16 * at_once]
            waiting = [pool.submit(_group, lines, group, chatting, say, into) for group in some]
            try:
                for done in as_completed(waiting):
                    for place, answer, trouble in done.result():
                        silent = silent + 1 if trouble.startswith("no answer") else 0
                        yield place, answer, trouble
                        if silent >= max(_GIVES_UP, together):
                            raise CalqueError(
                                f"{chatting.url}: {trouble}, {silent} times one after the other; what was "
                                "translated is kept, run it again to go on"
                            )
            except BaseException:
                for one in waiting:
                    one.cancel()
                chatting.stop()
                raise


def _group(
    lines: Sequence[str], group: range, chatting: Chatting, say: str, into: str
) -> list[tuple[int, str, str]]:
    """The lines in one request; where its answer has not the same lines, in one request each."""
    if len(group) > 1:
        text = "\n".join(f"[{k}] {lines[place]}" for k, place in enumerate(group, start=1))
        try:
            found = _numbered(chatting.ask(say + _NUMBERED, text), len(group))
        except NoAnswer:
            found = None
        if found:
            pairs = zip(group, found, strict=True)
            return [(place, one, _trouble(lines[place], one, into)) for place, one in pairs]
        log.debug("%s: %d lines were answered in other lines; one by one", _WHERE, len(group))
    return [_alone(lines[place], place, chatting, say, into) for place in group]


def _numbered(reply: Reply, count: int) -> list[str] | None:
    """The translations by their numbers; None unless each is there once, in order, and nothing else."""
    matches = [_LINE.match(line) for line in reply.text.splitlines() if line.strip()]
    rows = [(int(m[1]), m[2].strip()) for m in matches if m]
    good = len(rows) == len(matches) and [k for k, _ in rows] == list(range(1, count + 1))
    good = good and all(text for _, text in rows)
    return [text for _, text in rows] if good and not reply.trouble else None


def _alone(line: str, place: int, chatting: Chatting, say: str, into: str) -> tuple[int, str, str]:
    try:
        reply = chatting.ask(say, line)
    except NoAnswer as error:
        return place, "", str(error)
    trouble = reply.trouble or _trouble(line, reply.text, into)
    return place, one_line(reply.text) if trouble in ("", SAME) else "", trouble


def _trouble(line: str, answer: str, into: str) -> str:
    """What is wrong with an answer to one line."""
    lines = [one for one in answer.splitlines() if one.strip()]
    if not lines:
        return EMPTY
    if len(lines) > 1:
        return "more lines than the text"
    if resolve(into).code != "eng" and _DECLINES.match(answer) and not _DECLINES.match(line):
        return "refused"
    words = line.split()
    return (
        SAME if len(words) > 1 and words == answer.split() and line.upper() != line.lower() else ""
    )
