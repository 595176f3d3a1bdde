"""The HTTP gate over real connections: sizes, slow and cut clients, replays, retries, too much at once, the end."""

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

import pytest
from slack_bolt import BoltRequest, BoltResponse

from bot.gate.guard import Claim
from bot.gate.http import LARGEST_BODY
from bot.gate.replay import AnsweredRequests
from bot.gate.server import CannotListen, HttpServer
from bot.gate.workers import Workers
from tests.bot.captured_logs import captured_logs
from tests.bot.gate.conftest import FORM, MakeGate, RunningGate, command_body, status_of
from tests.conftest import SettableClock


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_only_post(gate: RunningGate, method: str) -> None:
    body = command_body()
    assert gate.send(body, gate.headers(body), method).status == 405
    assert gate.reached == []


def test_elsewhere_is_nothing(gate: RunningGate) -> None:
    body = command_body()
    assert gate.send(body, gate.headers(body), path="/slack").status == 404


class TestSize:
    def test_the_largest_is_taken(self, gate: RunningGate) -> None:
        body = command_body(text="x")
        body += b"x" * (LARGEST_BODY - len(body))
        assert gate.signed(body).status == 200

    def test_a_declared_excess_is_refused_before_it_is_sent(self, gate: RunningGate) -> None:
        with gate.begun(gate.headers(b"") | {"content-length": str(LARGEST_BODY + 1)}) as connection:
            assert status_of(connection) == 413
        assert gate.reached == []

    def test_an_undeclared_excess_is_refused_while_it_comes(self, gate: RunningGate) -> None:
        """A chunked body without an end: the answer comes although the body never does."""
        with gate.begun(gate.headers(b"") | {"transfer-encoding": "chunked"}) as connection:
            chunk = b"4000\r\n" + b"x" * 0x4000 + b"\r\n"
            for _ in range(LARGEST_BODY // 0x4000 + 1):
                connection.sendall(chunk)
            assert status_of(connection) == 413
        assert gate.reached == []

    def test_a_chunked_body_is_taken_whole(self, gate: RunningGate) -> None:
        body = command_body()
        with gate.begun(gate.headers(body) | {"transfer-encoding": "chunked"}) as connection:
            for byte in body:
                connection.sendall(b"1\r\n" + bytes([byte]) + b"\r\n")
            connection.sendall(b"0\r\n\r\n")
            assert status_of(connection) == 200


class TestBadClients:
    def test_a_body_that_never_comes_is_given_up(self, make_gate: MakeGate) -> None:
        gate = make_gate(patience_s=0.2)
        body = command_body()
        with gate.begun(gate.headers(body) | {"content-length": str(len(body))}) as connection:
            connection.sendall(body[:10])
            assert status_of(connection) == 408
        assert gate.reached == []

    def test_a_cut_body_reaches_nobody(self, gate: RunningGate) -> None:
        body = command_body()
        with gate.begun(gate.headers(body) | {"content-length": str(len(body) + 5)}) as connection:
            connection.sendall(body)
            connection.shutdown(socket.SHUT_WR)
            assert status_of(connection) in {0, 400}
        assert gate.command().status == 200
        assert len(gate.reached) == 1

    def test_slow_clients_do_not_keep_others_waiting(self, make_gate: MakeGate) -> None:
        gate = make_gate(threads=1, waiting=0)
        body = command_body()
        slow = [gate.begun(gate.headers(body) | {"content-length": str(len(body))}) for _ in range(30)]
        assert gate.command().status == 200
        for connection in slow:
            connection.close()


class TestReplay:
    def test_the_same_request_is_answered_with_nothing(self, gate: RunningGate) -> None:
        body = command_body()
        headers = gate.headers(body)
        first, second = gate.send(body, headers), gate.send(body, headers)
        assert (first.status, second.status) == (200, 200)
        assert b"pw-00412" in first.body
        assert second.body == b""
        assert len(gate.reached) == 1

    def test_a_request_that_failed_is_tried_again(self, make_gate: MakeGate) -> None:
        answers = iter([BoltResponse(status=500), BoltResponse(status=200, body="now")])
        gate = make_gate(lambda _: next(answers))
        body = command_body()
        headers = gate.headers(body)
        assert [gate.send(body, headers).status for _ in range(3)] == [500, 200, 200]
        assert len(gate.reached) == 2

    def test_slacks_own_retry_is_never_dropped(self, gate: RunningGate) -> None:
        """The same body signed at another time, with the headers that say so; the audit table tells them apart."""
        gate.command()
        gate.clock.advance(seconds=1)
        answer = gate.command(x_slack_retry_num="1", x_slack_retry_reason="http_timeout")
        assert answer.body == b"looked up pw-00412"
        assert gate.reached[1].headers["x-slack-retry-num"] == ["1"]

    def test_a_retry_header_on_a_first_delivery_changes_nothing(self, gate: RunningGate) -> None:
        assert gate.command(x_slack_retry_num="3").body == b"looked up pw-00412"

    def test_only_slacks_headers_reach_the_app(self, gate: RunningGate) -> None:
        gate.command(x_slack_bolt_lazy_only="1", x_slack_bolt_lazy_function_name="steal")
        assert gate.reached[0].lazy_only is False

    def test_the_memory_is_bounded_and_forgets(self, clock: SettableClock) -> None:
        answered = AnsweredRequests(clock, most=10)
        claims = [Claim(int(clock.now.timestamp()), bytes([n] * 32)) for n in range(30)]
        for claim in claims:
            answered.add(claim)
        assert len(answered) == 10
        assert claims[-1] in answered
        assert claims[0] not in answered
        clock.advance(seconds=301)
        answered.add(later := Claim(int(clock.now.timestamp()), b"l" * 32))
        assert len(answered) == 1
        assert later in answered


class _Held:
    """An app that answers when it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.let_go = threading.Event()

    def __call__(self, _: BoltRequest) -> BoltResponse:
        self.begun.release()
        self.let_go.wait(30)
        return BoltResponse(status=200, body="held")


class TestTooMuch:
    def test_beyond_the_room_the_answer_is_no_at_once(self, make_gate: MakeGate) -> None:
        held = _Held()
        gate = make_gate(held, threads=1, waiting=1)
        with ThreadPoolExecutor(3) as pool:
            asked = [pool.submit(gate.signed, command_body(text=str(n))) for n in range(3)]
            turned_away = next(as_completed(asked))  # the other two are held, one of them in the waiting room
            healthy = gate.get("/healthz")
            held.let_go.set()
            assert [future.result().body for future in asked if future is not turned_away] == [b"held", b"held"]
        refused = turned_away.result()
        assert (refused.status, refused.headers["retry-after"], refused.body) == (503, "1", b"")
        assert healthy.status == 200
        assert gate.signed(command_body(text="after")).status == 200

    def test_what_was_refused_for_lack_of_room_is_taken_later(self, make_gate: MakeGate) -> None:
        held = _Held()
        gate = make_gate(held, threads=1, waiting=0)
        body = command_body(text="later")
        headers = gate.headers(body)
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(gate.command)
            held.begun.acquire()
            assert gate.send(body, headers).status == 503
            held.let_go.set()
            assert first.result().status == 200
        assert gate.send(body, headers).body == b"held"


class TestFaults:
    def test_an_exception_is_a_bare_500_with_a_reference_in_the_log(self, make_gate: MakeGate) -> None:
        def fail(_: BoltRequest) -> BoltResponse:
            raise RuntimeError("anna.kalnina")

        with captured_logs() as lines:
            answer = make_gate(fail).command()
        assert (answer.status, answer.body) == (500, b"")
        assert any(entry["event"] == "gate.failed" and len(entry["reference"]) == 5 for entry in lines.entries())
        assert "anna.kalnina" not in lines.getvalue()

    def test_a_port_that_is_taken_is_said(self, gate: RunningGate) -> None:
        with pytest.raises(CannotListen, match=str(gate.server.address[1])):
            HttpServer(None, Workers(1, 1), port=gate.server.address[1], host="127.0.0.1")  # type: ignore[arg-type]


def test_stopping_answers_what_has_begun_and_takes_no_more(make_gate: MakeGate) -> None:
    held = _Held()
    gate = make_gate(held)
    with ThreadPoolExecutor(2) as pool:
        begun = pool.submit(gate.command)
        held.begun.acquire()
        stopping = pool.submit(gate.server.stop)
        while _connects(gate):
            pass
        held.let_go.set()
        assert begun.result().body == b"held"
        stopping.result()
    assert not gate.server.alive


def _connects(gate: RunningGate) -> bool:
    try:
        gate.connect().close()
    except OSError:
        return False
    return True


def test_a_form_in_json_clothes_is_refused(gate: RunningGate) -> None:
    assert gate.signed(command_body(), "application/json").status == 400
    assert gate.signed(json.dumps({"command": "/account"}).encode(), FORM).status == 400
