"""One question to a chat server over HTTP: tried again where it is busy, refused where it is wrong."""

import contextlib
import json
import random
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any

from calque.errors import BadSetting

_TRIES = 5
_FIRST, _LONGEST = 0.5, 60.0  # seconds between tries
_BUSY = (408, 409, 425, 429)
_WRONG = (401, 403, 404, 405)  # of the address, the key or the model, so of every question
_TROUBLES = {"length": "cut off", "content_filter": "refused"}


class _Stays(urllib.request.HTTPRedirectHandler):
    """Goes nowhere else: the key is for this server alone."""

    def redirect_request(
        self, req: Any, fp: Any, code: Any, msg: Any, headers: Any, newurl: Any
    ) -> None:
        """Follow no redirection."""
        return


_OPENER = urllib.request.build_opener(_Stays())


class NoAnswer(Exception):
    """A question that the server did not answer, and why."""


@dataclass(frozen=True)
class Reply:
    """What a model said; `trouble` is empty, "cut off" or "refused" as the protocol has it."""

    text: str
    trouble: str


@dataclass
class Chatting:
    """A model at a server. May be asked from several threads at once.

    url: up to "/v1"; timeout: seconds of one try
    """

    url: str
    key: str
    model: str
    timeout: float
    _over: threading.Event = field(default_factory=threading.Event)

    def stop(self) -> None:
        """Let those who wait for another try give up."""
        self._over.set()

    def ask(self, system: str, text: str) -> Reply:
        """The answer to a text; NoAnswer where there is none, BadSetting where no text can have one."""
        body = {
            "model": self.model,
            "temperature": 0,
            "messages": [
                {"role": "system", "content": system},
                {"role": "user", "content": text},
            ],
        }
        pause, why = _FIRST, ""
        for attempt in range(_TRIES):
            if attempt and self._over.wait(pause):
                break
            try:
                return _read(self._send(json.dumps(body).encode()))
            except urllib.error.HTTPError as error:
                why, said = f"no answer: HTTP {error.code}", _said(error)
                if error.code < 400 or error.code in _WRONG:
                    raise BadSetting(f"{self.url}: HTTP {error.code}, {said}") from error
                if (
                    error.code < 500 and error.code not in _BUSY
                ):  # this very text is too much for it
                    raise NoAnswer(f"HTTP {error.code}, {said}") from error
                pause = _told(error) or pause
            except (OSError, HTTPException, ValueError) as error:
                why = f"no answer: {type(error).__name__}: {getattr(error, 'reason', error)}"
            pause = min(_LONGEST, 2 * pause * random.uniform(0.75, 1.25)) if attempt else pause
        raise NoAnswer(why or "no answer: stopped")

    def _send(self, body: bytes) -> Any:
        head = {"Content-Type": "application/json", "User-Agent": "calque"}
        if self.key:
            head["Authorization"] = f"Bearer {self.key}"
        request = urllib.request.Request(f"{self.url}/chat/completions", body, head)
        with _OPENER.open(request, timeout=self.timeout) as answer:
            return json.loads(answer.read().decode("utf-8"))


def _read(answer: Any) -> Reply:
    try:
        choice = answer["choices"][0]
        message = choice["message"]
        text, refusal = message.get("content") or "", message.get("refusal")
    except (KeyError, IndexError, TypeError, AttributeError):
        raise ValueError(f"not a chat completion: {str(answer)[:80]}") from None
    trouble = _TROUBLES.get(choice.get("finish_reason"), "")
    return Reply(str(text).strip(), "refused" if refusal else trouble)


def _said(error: urllib.error.HTTPError) -> str:
    """The server's own words, in one line."""
    text = error.read(2000).decode("utf-8", "replace")
    with contextlib.suppress(ValueError, KeyError, TypeError):
        text = str(json.loads(text)["error"]["message"])
    return " ".join(text.split())[:200] or str(error.reason)


def _told(error: urllib.error.HTTPError) -> float | None:
    """Seconds that the server asks to wait, within reason."""
    try:
        return min(_LONGEST, max(0.0, float(error.headers.get("Retry-After", ""))))
    except ValueError:
        return None
