"""An API that is down, slow, or answers otherwise than it should: a source's fault, nothing disclosed, nothing hung."""

import gzip
import socket
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse

from bot.accounts.source import SourceDown, SourceSlow
from tests.bot.accounts.crm import TOKEN, Crm, served
from tests.bot.accounts.test_http_source import made, options
from tests.bot.captured_logs import captured_logs

SECRET = "ana.liepa@inbox.example"
DEEP = "[" * 5000 + "]" * 5000
HUGE = (b'{"id": 101, "x": "', *(b"x" * 1_000_000 for _ in range(10)), b'"}')


def _answers(status: int, **headers: str) -> Callable[[Request], Response]:
    return lambda _: JSONResponse(
        {"message": SECRET}, status, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def _packed(body: bytes, how: str = "gzip") -> Callable[[Request], Response]:
    headers = {"content-encoding": how, "content-type": "application/json"}
    return lambda _: Response(body, headers=headers)


TROUBLES: dict[str, tuple[Callable[[Request], Response], str]] = {
    "401": (_answers(401), "token_refused"),
    "403": (_answers(403), "not_allowed"),
    "429": (_answers(429, Retry_After="3600"), "rate_limited"),
    "500": (_answers(500), "broken"),
    "503": (_answers(503), "broken"),
    "418": (_answers(418), "refused"),
    "204": (lambda _: Response(status_code=204), "broken"),
    "redirect": (lambda _: RedirectResponse("http://elsewhere.invalid/"), "redirected"),
    "html": (lambda _: HTMLResponse(f"<p>{SECRET}</p>"), "not_json"),
    "no json": (lambda _: Response(f'{{"a": "{SECRET}', media_type="application/json"), "not_json"),
    "empty": (lambda _: Response("", media_type="application/json"), "not_json"),
    "a list": (lambda _: JSONResponse([[SECRET]]), "other_shape"),
    "a text": (lambda _: JSONResponse(SECRET), "other_shape"),
    "no id": (lambda _: JSONResponse({"name": SECRET}), "other_shape"),
    "another account": (lambda _: JSONResponse({"id": 999, "name": SECRET}), "other_shape"),
    "an object for a name": (lambda _: JSONResponse({"id": 101, "name": {"x": SECRET}}), "other_shape"),
    "too deep": (lambda _: Response(DEEP, media_type="application/json"), "not_json"),
    "bad gzip": (_packed(b"\x1f\x8b" + b"x" * 50), "not_json"),
    "half of a gzip": (_packed(gzip.compress(b'{"id": 101}')[:-12]), "not_json"),
    "brotli": (_packed(b"\x0b\x05\x80{}\x03", "br"), "not_json"),
    "10 MB": (lambda _: StreamingResponse(iter(HUGE), media_type="application/json"), "too_large"),
}


@pytest.fixture(scope="module")
def server() -> Iterator[Crm]:
    with served(Crm()) as crm:
        yield crm


@pytest.fixture
def crm(server: Crm) -> Crm:
    server.trouble = lambda _: None
    server.asked.clear()
    return server


@pytest.mark.parametrize("trouble", TROUBLES)
def test_what_can_not_be_used_is_a_fault_of_the_source(crm: Crm, trouble: str) -> None:
    crm.trouble, reason = TROUBLES[trouble]
    source = made(crm, options(), timeout_s=20.0)
    with captured_logs() as lines, pytest.raises(SourceDown) as raised:
        source.find("101")
    assert raised.value.__cause__ is None
    assert raised.value.__suppress_context__
    assert not str(raised.value)
    assert [one.get("reason") for one in lines.entries()] == [reason]
    assert isinstance(raised.value, SourceSlow) == (reason == "rate_limited")
    for secret in (SECRET, TOKEN, "101"):
        assert secret not in lines.getvalue().replace(lines.entries()[0]["timestamp"], "")


def test_a_packed_answer_takes_no_more_room_than_one_that_is_not(crm: Crm) -> None:
    source = made(crm, options(), timeout_s=20.0)
    crm.trouble = _packed(gzip.compress(b'{"id": 101, "name": "Dune Trading"}'))
    assert source.find("101") is not None
    bomb = gzip.compress(b'{"id": 101, "name": "' + b"x" * 200_000_000 + b'"}', compresslevel=1)
    for answer in (_packed(bomb), _packed(bomb, "x-gzip")):
        crm.trouble = answer
        tracemalloc.start()
        with pytest.raises(SourceDown):
            source.find("101")
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert most < 20_000_000


def test_two_accounts_of_one_id_are_a_fault_and_no_account(crm: Crm) -> None:
    said = options()
    said["find"]["accounts"] = "$.data"
    source = made(crm, said)
    one, other = {"id": 101, "name": "Dune Trading"}, {"id": 101, "name": "Dita Kalna"}
    crm.trouble = lambda _: JSONResponse({"data": [one, one]})
    found = source.find("101")
    assert found is not None
    assert found.id == "101"
    crm.trouble = lambda _: JSONResponse({"data": [one, other]})
    with captured_logs() as lines, pytest.raises(SourceDown):
        source.find("101")
    assert [entry.get("reason") for entry in lines.entries()] == ["other_shape"]


def test_it_works_again_after_each(crm: Crm) -> None:
    source = made(crm, options())
    for trouble in TROUBLES.keys() - {"429"}:
        crm.trouble = TROUBLES[trouble][0]
        with pytest.raises(SourceDown):
            source.find("101")
        crm.trouble = lambda _: None
        assert source.find("101") is not None


def test_a_field_that_is_missing_is_a_field_that_the_account_has_not(crm: Crm) -> None:
    crm.trouble = lambda _: JSONResponse({"id": 101, "name": None, "contact": {"email": "  ", "phone": 371}})
    source = made(crm, options())
    assert source.fetch("101", ["name", "email", "phone", "domain"]) == {"phone": "371"}
    found = source.find("101")
    assert found is not None
    assert (found.title, found.kind) == ({}, None)


def test_a_text_in_the_answer_is_one_line_and_no_endless_one(crm: Crm) -> None:
    crm.trouble = lambda _: JSONResponse({"id": 101, "name": "Beans\r\n\u2028Ltd\x00", "domain": "x" * 20_000})
    values = made(crm, options()).fetch("101", ["name", "domain"])
    assert values["name"] == "Beans Ltd"
    assert len(values["domain"]) == 10_000


def test_a_hiccup_is_asked_again_once(crm: Crm) -> None:
    crm.trouble = _once(_answers(503))
    assert made(crm, options()).find("101") is not None
    assert len(crm.asked) == 2


def test_a_pause_that_is_asked_for_is_kept_by_everybody(crm: Crm) -> None:
    crm.trouble = _answers(429, Retry_After="3600")
    source = made(crm, options())
    for _ in range(3):
        with pytest.raises(SourceSlow):
            source.find("101")
    assert len(crm.asked) == 1


def test_a_short_pause_is_waited_for(crm: Crm) -> None:
    crm.trouble = _once(_answers(429, Retry_After="0"))
    assert made(crm, options()).find("101") is not None


def test_our_own_rate_is_kept(crm: Crm) -> None:
    source = made(crm, {**options(), "per_second": 0.1}, timeout_s=0.2)
    assert source.find("101") is not None
    with pytest.raises(SourceSlow):
        source.find("101")
    assert len(crm.asked) == 1


def test_pages_without_an_end_are_given_up(crm: Crm) -> None:
    crm.trouble = lambda _: JSONResponse({"items": [{"email": "a@b.example"}], "after": "7"})
    with pytest.raises(SourceDown):
        made(crm, options("cursor")).fetch("101", ["recipients"])
    assert len(crm.asked) == 2


def test_pages_of_another_size_than_configured_are_a_fault_and_no_short_list(crm: Crm) -> None:
    crm.trouble = lambda _: JSONResponse({"items": [{"email": "a@b.example"}]})
    with pytest.raises(SourceDown):
        made(crm, options("page")).fetch("101", ["recipients"])


def test_an_api_that_gives_the_same_page_whatever_it_is_asked_is_a_fault(crm: Crm) -> None:
    crm.trouble = lambda _: JSONResponse({"items": [{"email": f"r{number}@b.example"} for number in range(7)]})
    for way in ("page", "offset"):
        crm.asked.clear()
        with pytest.raises(SourceDown):
            made(crm, options(way)).fetch("101", ["recipients"])
        assert len(crm.asked) == 2


def test_without_tls_the_token_goes_through_no_proxy(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    with served(Crm()) as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert made(crm, options()).find("101") is not None
        assert proxy.asked == []


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.invalid/x", "//elsewhere.invalid/x", "http://u@127.0.0.1/x"])
def test_the_token_goes_to_no_other_host(crm: Crm, elsewhere: str) -> None:
    crm.trouble = lambda _: JSONResponse({"items": []}, headers={"Link": f'<{elsewhere}>; rel="next"'})
    with pytest.raises(SourceDown):
        made(crm, options("link")).fetch("101", ["recipients"])
    assert len(crm.asked) == 1


def test_no_list_where_one_should_be_is_no_empty_list(crm: Crm) -> None:
    said = options()
    said["lists"]["recipients"]["items"] = "$.items"
    crm.trouble = lambda _: JSONResponse({"error": "quota"})
    with pytest.raises(SourceDown):
        made(crm, said).holds("101", "recipients", "reader1@inbox.example")


def test_nobody_there(crm: Crm) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    down = made(_at(f"http://127.0.0.1:{port}"), options())
    with captured_logs() as lines, pytest.raises(SourceDown):
        down.find("101")
    assert lines.entries()[0]["reason"] == "no_answer"


@pytest.mark.parametrize(
    "drips", [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n"]
)
def test_one_that_hangs_or_drips_is_given_up(drips: bytes) -> None:
    with _dripping(drips) as port:
        source = made(_at(f"http://127.0.0.1:{port}"), options(), timeout_s=0.5)
        with pytest.raises(SourceSlow):
            source.find("101")


@pytest.mark.parametrize(
    ("trouble", "level", "says"),
    [
        (None, "ok", "accepts the token. It knows no made-up id, as it would under a wrong path of find"),
        (lambda _: JSONResponse({"data": []}), "ok", "accepts the token."),
        (_answers(401), "fault", "It answered 401."),
        (_answers(400), "warning", "It answered 400 for an id that no account has."),
        (_answers(404), "warning", "nothing that proves its address, its paths or the token"),
        (lambda _: HTMLResponse("<p>"), "fault", "text/html instead of JSON"),
    ],
)
def test_an_operator_is_told(crm: Crm, trouble: Any, level: str, says: str) -> None:
    crm.trouble = trouble or (lambda _: None)
    said = options()
    said["find"]["accounts"] = "$.data[*]" if says == "accepts the token." else "$"
    remarks = list(made(crm, said).check())
    assert says in " ".join(one.what for one in remarks if one.level == level)
    assert {one.level for one in remarks} == {level}
    assert not any(TOKEN in one.what + one.mend for one in remarks)


@pytest.mark.parametrize("key", ["search", "find_by.email"])
def test_a_wrong_path_of_a_search_is_told_from_nothing_found(crm: Crm, key: str) -> None:
    said = options()
    table = said["search"] if key == "search" else said["find_by"]["email"]
    table["path"] = "/v1/custmers"
    warned, summary = made(crm, said).check()
    assert (warned.level, warned.key, summary.level) == ("warning", key, "ok")
    assert "404" in warned.what
    assert "conform" in warned.mend


def test_an_operator_is_told_of_fields_without_a_place(crm: Crm) -> None:
    said = options()
    said["fields"]["plan"] = said["fields"].pop("domain")
    del said["find_by"]["phone"], said["fields"]["name"]
    *remarks, last = made(crm, said).check()
    assert remarks[0].what == "Nothing says where “name”, “domain” stand, so they are never shown."
    assert [one.what.split("“")[1].split("”")[0] for one in remarks[1:]] == ["plan", "phone"]
    assert {one.level for one in remarks} == {"warning"}
    assert last.level == "ok"


def _once(trouble: Callable[[Request], Response]) -> Callable[[Request], Response | None]:
    left = [trouble]
    return lambda request: left.pop()(request) if left else None


def _at(url: str) -> Crm:
    return Crm(url=url)


@contextmanager
def _dripping(first: bytes) -> Iterator[int]:
    """Takes one connection, says so much, and then a letter at a time."""
    stop = threading.Event()

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.sendall(first)
            while first and not stop.wait(0.02):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return
            stop.wait()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,), daemon=True)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            stop.set()
            thread.join(10)
