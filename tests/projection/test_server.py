"""A chat server: a real one on this machine that speaks the protocol, and all that may come back."""

import json
import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from calque.errors import BadSetting, CalqueError, MissingExtra
from calque.projection import chat
from calque.projection.server import server
from calque.roles import translator
from calque.values import Texts

ASK = partial(server, language="swh", model="small")


class Scripted:
    """A server whose answers come from `say`: text to an answer, a (status, body, headers), or None to hang up."""

    def __init__(self):
        self.say = str.upper
        self.asked = []
        self.heads = []
        self.busy = self.most = 0
        self.lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.answer(self, body)

            def log_message(self, *_):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"

    def answer(self, handler, body):
        text = body["messages"][-1]["content"]
        with self.lock:
            self.asked.append((handler.path, body, text))
            self.heads.append(dict(handler.headers))
            self.busy += 1
            self.most = max(self.most, self.busy)
        found = self.say(text)
        if isinstance(found, str):
            found = choice(found)
        with self.lock:
            self.busy -= 1
        if found is None:
            handler.close_connection = True
            return
        status, said, heads = (found, None, None) if isinstance(found, int) else found
        raw = said if isinstance(said, bytes) else json.dumps(said).encode()
        handler.send_response(status)
        for name, value in (heads or {}).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(raw)))
        handler.end_headers()
        handler.wfile.write(raw)

    @property
    def texts(self):
        return [text for _, _, text in self.asked]


def choice(text, reason="stop", **message):
    said = {"role": "assistant", "content": text} | message
    return 200, {"choices": [{"index": 0, "message": said, "finish_reason": reason}]}, None


def failed(status, message="out of order", **heads):
    return status, {"error": {"message": message}}, heads


@pytest.fixture
def host(tmp_path, monkeypatch):
    made = Scripted()
    thread = threading.Thread(target=partial(made.http.serve_forever, poll_interval=0.01))
    thread.start()
    monkeypatch.setenv("CALQUE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OPENAI_BASE_URL", made.url + "/")
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    monkeypatch.setattr(chat, "_FIRST", 0.01)
    yield made
    made.http.shutdown()
    thread.join()
    made.http.server_close()


def told(view):
    return view.rewritten.table["trouble"].to_pylist()


def test_asks_as_the_protocol_has_it_and_once_for_each_line(host):
    texts = Texts.of(["a dog", "", "two\nlines", "a dog", " \t"], "eng")
    view = ASK(texts)
    assert list(view.rewritten) == ["A DOG", "", "TWO LINES", "A DOG", ""]
    assert view.rewritten.language == "swh" and told(view) == [""] * 5
    assert sorted(host.texts) == ["a dog", "two lines"]
    path, body, _ = host.asked[0]
    assert path == "/v1/chat/completions"
    assert body["model"] == "small" and body["temperature"] == 0
    assert [m["role"] for m in body["messages"]] == ["system", "user"]
    assert "from English into Swahili" in body["messages"][0]["content"]
    assert host.heads[0]["Authorization"] == "Bearer secret"
    assert ASK(texts).fingerprint() == view.fingerprint()
    assert len(host.asked) == 2  # the second time from the disk
    server(texts, language="swh", model="large")
    assert len(host.asked) == 4


@pytest.mark.parametrize("law", translator.laws, ids=lambda law: law.__name__)
def test_it_is_a_translator(law, host):
    law(ASK, *translator.example(0))


ANSWERS = {
    "empty": ("", "", "empty answer"),
    "none": (choice(None), "", "empty answer"),
    "notes here": ("Maandishi\n\nNote: this is", "", "more lines than the text"),
    "same as before": ("same as  before", "same as  before", "repeats the source"),
    "Nairobi": ("Nairobi", "Nairobi", ""),
    "2 3": ("2 3", "2 3", ""),
    "bomb": ("I'm sorry, but I can't help with that.", "", "refused"),
    "by field": (choice("", refusal="no"), "", "refused"),
    "filtered": (choice("half", "content_filter"), "", "refused"),
    "long": (choice("half of", "length"), "", "cut off"),
    "too long": (failed(400, "context length exceeded"), "", "HTTP 400, context length exceeded"),
}


def test_answers_that_are_none_are_told_and_asked_again(host, caplog):
    host.say = lambda text: ANSWERS[text][0]
    view = ASK(Texts.of(list(ANSWERS), "eng"))
    assert list(view.rewritten) == [answer for _, answer, _ in ANSWERS.values()]
    assert told(view) == [trouble for _, _, trouble in ANSWERS.values()]
    assert "9 of 11 texts: 3 refused, 2 empty answer" in caplog.text
    host.say, host.asked = str.upper, []
    view = ASK(Texts.of(list(ANSWERS), "eng"))
    assert told(view) == [""] * len(ANSWERS)
    assert sorted(host.texts) == sorted(set(ANSWERS) - {"Nairobi", "2 3"})


def test_several_lines_of_a_request(host):
    view = server(
        Texts.of([f"line {k}" for k in range(5)], "eng"), language="swh", model="m", together=2
    )
    assert list(view.rewritten) == [f"LINE {k}" for k in range(5)]
    assert sorted(host.texts) == ["[1] line 0\n[2] line 1", "[1] line 2\n[2] line 3", "line 4"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text.split("\n")[0],
        lambda text: text + "\n[3] more",
        lambda text: "\n".join(reversed(text.split("\n"))),
        lambda text: "Here you are:\n" + text,
        lambda text: "[1] \n[2] b",
        lambda text: text.replace("[2]", "[1]"),
        lambda text: choice(text, "length"),
        lambda text: failed(400),
    ],
)
def test_lines_that_do_not_come_back_as_they_went_are_asked_alone(host, spoil):
    host.say = lambda text: spoil(text) if "\n" in text else text.upper()
    view = server(Texts.of(["one", "two"], "eng"), language="swh", model="m", together=2)
    assert list(view.rewritten) == ["ONE", "TWO"] and told(view) == ["", ""]
    assert sorted(host.texts) == ["[1] one\n[2] two", "one", "two"]


@pytest.mark.parametrize(
    "first",
    [failed(429, **{"Retry-After": "0.01"}), failed(503), None, (200, b"<html>", None), (200, {"a": 1}, None)],
)  # fmt: skip
def test_a_busy_or_broken_server_is_asked_again(host, first):
    host.say = lambda text: first if host.texts.count(text) < 3 else text.upper()
    view = ASK(Texts.of(["one", "two"], "eng"))
    assert list(view.rewritten) == ["ONE", "TWO"]
    assert host.texts.count("one") == host.texts.count("two") == 3


def test_one_line_that_gets_no_answer_stops_nothing(host, caplog):
    host.say = lambda text: failed(500) if text == "bad" else text.upper()
    view = ASK(Texts.of(["one", "bad", "two"], "eng"))
    assert list(view.rewritten) == ["ONE", "", "TWO"]
    assert told(view) == ["", "no answer: HTTP 500", ""] and host.texts.count("bad") == 5
    assert "1 of 3 texts: 1 no answer: HTTP 500" in caplog.text


def test_a_server_that_is_gone_ends_it_and_what_was_done_is_kept(host):
    lines = [f"line {k}" for k in range(40)]
    host.say = lambda text: text.upper() if int(text.split()[1]) < 10 else failed(503)
    with pytest.raises(CalqueError, match=r"no answer: HTTP 503, 8 times .* run it again to go on"):
        server(Texts.of(lines, "eng"), language="swh", model="m", at_once=2)
    host.say, host.asked = str.upper, []
    view = server(Texts.of(lines, "eng"), language="swh", model="m", at_once=2)
    assert list(view.rewritten) == [line.upper() for line in lines]
    assert not {f"line {k}" for k in range(10)} & set(host.texts)


@pytest.mark.parametrize("status", [401, 404, 307])
def test_a_wrong_key_or_model_is_said_at_once(host, status):
    host.say = lambda text: failed(status, "no such thing", Location="http://127.0.0.1:9/v1")
    with pytest.raises(BadSetting, match=f"HTTP {status}, no such thing"):
        server(Texts.of(["one", "two"], "eng"), language="swh", model="m", at_once=1)
    assert len(host.asked) <= 2


def test_no_more_requests_at_once_than_asked_for(host):
    gate = threading.Barrier(3, timeout=20)

    def say(text):
        gate.wait()  # three at once, or nobody passes
        return text.upper()

    host.say = say
    server(Texts.of([f"line {k}" for k in range(9)], "eng"), language="swh", model="m", at_once=3)
    assert host.most == 3


def test_a_slow_answer_is_no_answer(host, monkeypatch):
    monkeypatch.setattr(chat, "_TRIES", 2)
    slow = threading.Event()
    host.say = lambda text: slow.wait(5) and None
    view = server(Texts.of(["one"], "eng"), language="swh", model="m", timeout=0.2)
    slow.set()
    assert list(view.rewritten) == [""]
    assert "no answer" in told(view)[0] and "timed out" in told(view)[0]


def test_settings_and_surroundings(host, monkeypatch):
    one = Texts.of(["one"], "eng")
    say = "Put {source} into {target}, {as} it is."
    server(one, language="swh", model="m", instruction=say)
    assert host.asked[-1][1]["messages"][0]["content"] == "Put English into Swahili, {as} it is."
    monkeypatch.delenv("OPENAI_API_KEY")
    server(one, language="fra", model="m")
    assert "Authorization" not in host.heads[-1]
    for wrong in ({"together": 0}, {"at_once": 0}, {"timeout": 0}):
        with pytest.raises(BadSetting, match="must be at least 1"):
            ASK(one, **wrong)
    monkeypatch.setenv("OPENAI_BASE_URL", "file:///etc")
    with pytest.raises(BadSetting, match="must begin with http"):
        ASK(one)
    monkeypatch.delenv("OPENAI_BASE_URL")
    with pytest.raises(MissingExtra, match="set OPENAI_BASE_URL"):
        ASK(one)
