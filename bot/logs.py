"""Logs: structured, one line an event, with nothing in them that is about a customer or an employee.

What may be logged is listed; all else is dropped and counted. Texts of exceptions and of other libraries may carry
values (a query's parameters, a request's body), so of both only the type and the place in the code are kept.
"""

import logging
import re
import sys
import threading
import warnings
from collections.abc import Iterator, MutableMapping
from contextlib import nullcontext
from functools import partial
from itertools import islice
from pathlib import Path
from types import CodeType, TracebackType
from typing import Any, Final, TextIO

import orjson
import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.types import EventDict, Processor, WrappedLogger

ALLOWED: Final = frozenset(
    {
        *("timestamp", "level", "logger", "event", "request", "reference", "dropped", "workspace"),  # of every line
        *("fault", "faults", "place", "trace", "causes"),  # what went wrong and where in the code
        *("action", "outcome", "reason", "surface", "kind", "about", "entry", "grant"),  # what was done, by number
        *("method", "path", "status", "retry", "duration_ms", "size", "mode", "port"),  # the gate
        *("table", "column"),  # of the company's database, by their names in steward.toml
        *("attempt", "attempts", "delay_s", "queued", "job", "late_s", "error_code"),  # deliveries and due work
        *(
            "check",
            "ok",
            "count",
            "rows",
            "running",
            "signal",
            "part",
            "revision",
            "expected",
            "version",
            "pid",
            "worker",
        ),
    }
)
LONGEST_TEXT: Final = 200
MOST_ITEMS: Final = 20
DEEPEST_TRACE: Final = 12

_EVENT: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")


def configure(
    stream: TextIO, *, as_json: bool, colours: bool = False, level: int = logging.INFO, worker: int | None = None
) -> None:
    """Send all logs of this process, the libraries' too, to `stream`; faults of threads as well.

    `worker` is this process's number among several, and stands in each line.
    """
    reduced_lines = _reduced_lines(as_json=as_json, colours=colours, worker=worker)
    handler = _Handler(stream)
    handler.setFormatter(_formatter(reduced_lines))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.captureWarnings(capture=True)  # which keeps what was there, for whoever wants it back
    warnings.showwarning = _warned
    structlog.configure(
        processors=[*_every_line(), *reduced_lines],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=partial(_Lines, handler),
    )
    threading.excepthook = _thread_failed


def reduced(error: BaseException) -> dict[str, object]:
    """An exception as type and place: `fault`, `causes` (types, nearest first) and `trace` (innermost call last)."""
    frames = [f"{_short(code.co_filename)}:{line} {code.co_name}" for code, line in _walk(error.__traceback__)]
    causes = [_type_name(cause) for cause in islice(_causes(error), MOST_ITEMS)]
    return {"fault": _type_name(error), "trace": frames[-DEEPEST_TRACE:], **({"causes": causes} if causes else {})}


def reduce_exceptions(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace `exc_info` by what `reduced` says of it."""
    error = _exception_of(event.pop("exc_info", None))
    if error is not None:
        event.update(reduced(error))
    return event


def keep_allowed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Drop every key that is not listed and every value that is no plain short one, and count them in `dropped`."""
    kept = {key: value for key, value in event.items() if key in ALLOWED and _is_plain(value)}
    if not _EVENT.fullmatch(str(kept.get("event", ""))):
        kept["event"] = "log.unnamed"
    lost = len(event) - len(kept.keys() & event.keys())
    return kept | ({"dropped": lost} if lost else {})


def name_foreign(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Say which library spoke and from where, without its words: they are free text and may quote anything."""
    record: logging.LogRecord = event["_record"]
    event["event"] = "library.warned" if record.levelno < logging.ERROR else "library.failed"
    event["place"] = f"{_short(record.pathname)}:{record.lineno} {record.funcName}"
    return event


def _every_line() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _reduced_lines(*, as_json: bool, colours: bool, worker: int | None) -> list[Processor]:
    """What makes an event to a line, in which nothing is but what may be."""
    as_words = structlog.dev.ConsoleRenderer(colors=colours)
    return [
        reduce_exceptions,
        *([partial(_numbered, worker)] if worker is not None else []),
        keep_allowed,
        structlog.processors.JSONRenderer(serializer=_to_json) if as_json else as_words,
    ]


def _formatter(reduced_lines: list[Processor]) -> ProcessorFormatter:
    """For what libraries log."""
    return ProcessorFormatter(
        foreign_pre_chain=[*_every_line(), name_foreign],
        processors=[ProcessorFormatter.remove_processors_meta, *reduced_lines],
        use_get_message=False,
    )


def _numbered(worker: int, _: WrappedLogger, __: str, event: EventDict) -> EventDict:
    event["worker"] = worker
    return event


class _Handler(logging.StreamHandler[TextIO]):
    """Libraries' warnings alone; Bolt sets its loggers' levels by itself, so levels of loggers do not do.

    Says that a line could not be written, without printing the line as the standard handler does.
    """

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.setLevel(logging.WARNING)
        self._lost = 0

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        self.not_written(record.name)

    def line(self, text: str, logger: str) -> None:
        """One of our own, which is a line already: a record around it would take longer than all else."""
        try:
            with self.lock or nullcontext():
                self.stream.write(text + self.terminator)
                self.flush()
                lost, self._lost = self._lost, 0
        except Exception:  # noqa: BLE001 - as logging itself does: nobody fails because their line can't be written
            self.not_written(logger)
            return
        if lost:
            structlog.get_logger(__name__).error("log.lines_lost", count=lost)

    def not_written(self, logger: str) -> None:
        """Say so, for an exception that is being handled; where that can't be written either, count it.

        A disk that is full of logs is then no reason for anything else to fail. The count is said once there is room.
        """
        fault = _type_name(sys.exc_info()[1])
        try:
            sys.stderr.write(f"a log line of {logger} could not be written ({fault})\n")
        except OSError:
            with self.lock or nullcontext():
                self._lost += 1


class _Lines:
    """What a logger of ours writes to. `name` is the module's."""

    __slots__ = ("_handler", "name")

    def __init__(self, handler: _Handler, name: str = "") -> None:
        self._handler = handler
        self.name = name

    def msg(self, text: str) -> None:
        """A line."""
        self._handler.line(text, self.name)

    debug = info = warning = error = critical = msg


def _warned(
    message: Warning | str,  # noqa: ARG001 - may quote anything
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001 - the standard library's names
    line: str | None = None,  # noqa: ARG001
) -> None:
    """Say of Python's warnings which kind it is and where: the standard library's capture says where that is itself."""
    place = f"{_short(filename)}:{lineno}"
    structlog.get_logger("py.warnings").warning("library.warned", fault=_qualified(category), place=place)


def _thread_failed(failure: threading.ExceptHookArgs) -> None:
    if failure.exc_value is not None:
        structlog.get_logger("thread").critical("thread.failed", exc_info=failure.exc_value)


def _to_json(event: MutableMapping[str, Any], **_: object) -> str:
    return orjson.dumps(event, default=str).decode()


def _is_plain(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT and "@" not in value
    if isinstance(value, list | tuple):
        return len(value) <= MOST_ITEMS and all(_is_plain(item) for item in value)
    return value is None or isinstance(value, int | float)


def _exception_of(given: object) -> BaseException | None:
    if given is True:
        return sys.exc_info()[1]
    if isinstance(given, tuple):
        return given[1] if isinstance(given[1], BaseException) else None
    return given if isinstance(given, BaseException) else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen = {id(error)}
    cause = error.__cause__ or error.__context__
    while cause is not None and id(cause) not in seen:
        yield cause
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__


def _walk(trace: TracebackType | None) -> Iterator[tuple[CodeType, int]]:
    while trace is not None:
        yield trace.tb_frame.f_code, trace.tb_lineno
        trace = trace.tb_next


def _short(file: str) -> str:
    return "/".join(Path(file).parts[-2:])


def _type_name(error: BaseException | None) -> str:
    if error is None:
        return "unknown"
    return _qualified(type(error))


def _qualified(kind: type[object]) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
