"""`steward policy ask`."""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import typer

from bot.audit.entry import Action, Outcome
from bot.building.questions import topics_file
from bot.command_line.console import say, write_json
from bot.command_line.opening import Work, begin_logging, opened
from bot.command_line.workspaces import environment_here
from bot.privacy.answer import Answer, Kind, Why
from bot.privacy.answering import Answers, NoModel, TopicsUnreadable, load
from bot.privacy.customer_reply import lacks
from bot.privacy.questions import only_verbatim
from bot.privacy.source import read_source
from bot.privacy.text import PolicyText, PolicyUnreadable, read_policy
from bot.privacy.versions import policy_in_force
from bot.running.refusals import CannotStart
from bot.settings import load_configuration

_OUTCOMES = {Kind.QUOTED: Outcome.ANSWERED, Kind.SILENT: Outcome.SILENT, Kind.UNSURE: Outcome.UNSURE}


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: a question, or a file of them; a policy's file instead of the version in force; the model or not
    (None: as configured).
    """

    question: str | None
    file: Path | None
    policy: str | None
    embed: bool | None


def ask_policy(asked: Asked, *, as_json: bool) -> None:
    """Answer each question; with a file, one line of JSON each, in their order. Raises CannotStart, BadParameter."""
    questions = _questions(asked)
    if asked.policy is None:
        with opened() as work:
            _answer(questions, _in_force(work), _engine(asked.embed), work, as_json=as_json or asked.file is not None)
        return
    begin_logging()
    policy = _read(asked.policy)
    _answer(questions, policy, _engine(asked.embed), None, as_json=as_json or asked.file is not None)


def _questions(asked: Asked) -> list[str]:
    if (asked.question is None) == (asked.file is None):
        raise typer.BadParameter("give a question, or a file of them", param_hint="QUESTION or --file")
    return [asked.question] if asked.question is not None else list(_from_file(asked.file or Path()))


def _from_file(path: Path) -> Iterator[str]:
    """The questions of a JSONL file. Raises BadParameter with the line of the first one that can't be read."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise typer.BadParameter(f"{path} can't be read: {error.strerror}", param_hint="--file") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise typer.BadParameter(f"line {number} is no JSON", param_hint="--file") from error
        if not isinstance(row, dict) or not isinstance(row.get("question"), str):
            raise typer.BadParameter(f"line {number} has no “question” that is a text", param_hint="--file")
        yield row["question"]


def _read(source: str) -> PolicyText:
    try:
        published = read_source(source, Path.cwd())
        return read_policy(published.data, published.name)
    except PolicyUnreadable as error:
        raise CannotStart(str(error), "Name another file with --policy.") from error


def _in_force(work: Work) -> PolicyText:
    with work.database.reading() as connection:
        policy = policy_in_force(connection, work.clock())
    if policy is None:
        raise CannotStart("No policy is in force yet.", "Run “steward policy import FILE”, or ask one with --policy.")
    return policy.reading


def _engine(embed: bool | None) -> Answers:  # noqa: FBT001  three values: yes, no, as configured
    """The answers by the configured table of topics; by the one that comes with Steward where nothing is configured."""
    path = environment_here().steward_config
    configuration = load_configuration(path) if path.exists() else None
    topics = topics_file(configuration) if configuration else None
    wanted = embed if embed is not None or configuration is None else configuration.questions.embed
    try:
        return load(topics, wanted)
    except TopicsUnreadable as error:
        raise CannotStart(f"The table of topics can't be used. {error}", "It is [policy] topics.") from error
    except NoModel as error:
        raise CannotStart(str(error), "Or ask with --no-embed.") from error


def _answer(questions: Iterable[str], policy: PolicyText, engine: Answers, work: Work | None, *, as_json: bool) -> None:
    engine.index(policy)
    for question in questions:
        started = time.perf_counter()
        answer = only_verbatim(engine(question, policy), policy)
        milliseconds = round((time.perf_counter() - started) * 1000, 3)
        if work is not None:
            _record(work, question, answer)
        if as_json:
            write_json(_as_json(answer, milliseconds))
        else:
            _say(answer)


def _record(work: Work, question: str, answer: Answer) -> None:
    with work.ledger.entry(work.origin, Action.ASK_POLICY, query=question or None) as entry:
        entry.policy_version = answer.version
        entry.close(_OUTCOMES[answer.kind], answer.why.value)


def _as_json(answer: Answer, milliseconds: float) -> dict[str, object]:
    return {
        "outcome": answer.kind.value,
        "topic": answer.topic,
        "quotes": [
            {"text": quote.quote, "heading": quote.heading, "start": quote.start, "end": quote.end}
            for quote in answer.quotes
        ],
        "version": answer.version,
        "ms": milliseconds,
    }


def _say(answer: Answer) -> None:
    for place, part in enumerate(answer.parts, start=1):
        say(f"{place}. {part.asked}" + (f"  (looked up for “{part.meant}”)" if part.meant else ""))
        _say(part.answer) if part.answer else say("Not looked up: ask this in a sentence of its own.")
    if not answer.parts:
        _say_one(answer)
    for wish in answer.wishes if answer.several else ():
        say(f"Wished, and not looked up: “{wish.words}”")


def _say_one(answer: Answer) -> None:
    if answer.kind is Kind.QUOTED:
        for quote in answer.quotes:
            say(f"“{quote.quote}”" + (f"  ({quote.heading})" if quote.heading else ""))
    elif answer.kind is Kind.SILENT:
        missing = answer.why is Why.TOPIC_MISSING and answer.topic_label
        say(f"The policy {lacks(missing)}." if missing else "Nothing was found in the policy that answers this.")
    elif answer.why is Why.NO_QUESTION:
        say("That is no question that a policy could answer. Ask what is done with data, in a sentence.")
    else:
        other = " The question seems to be in another language." if answer.why is Why.OTHER_LANGUAGE else ""
        say(f"Unsure: this is for the privacy officer.{other}")
        for candidate in answer.candidates[:3]:
            say(f"  perhaps “{candidate.quote}”")
    if answer.several:
        say("The question asks several things, and this is about one of them. Ask the others by themselves.")
