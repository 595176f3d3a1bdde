"""Where the labelled questions come from. What lies beside the checkout in ../shared may be absent."""

import gzip
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from bench.evaluation import ROOT
from bench.evaluation.questions import Asked, Question, QuestionSet, Snippet
from bot.privacy.text import PolicyText, read_policy

SHARED = ROOT.parent / "shared"
MAILIGEN_POLICY = SHARED / "policies" / "mailigen-2010-09-24.md"
MAILIGEN_QUESTIONS = SHARED / "evaluation" / "mailigen_questions.json"
PAIRS = SHARED / "evaluation" / "ota_pairs.jsonl.gz"
HELD_OUT = ROOT / "bench" / "evaluation" / "held_out.jsonl"
CUSTOMERS = ROOT / "bench" / "evaluation" / "customers.jsonl"
SUPPORT = ROOT / "bench" / "evaluation" / "support.jsonl"
STRANGERS = ROOT / "bench" / "evaluation" / "strangers.jsonl"
NEWCOMERS = ROOT / "bench" / "evaluation" / "newcomers.jsonl"


class SetAbsent(Exception):
    """A set of questions is not on this machine; the text says which."""


def mailigen() -> QuestionSet:
    """The 40 questions on the policy of 2010. Raises SetAbsent."""
    policy = read_policy(_bytes(MAILIGEN_POLICY), MAILIGEN_POLICY.name)
    rows = orjson.loads(_bytes(MAILIGEN_QUESTIONS))
    return QuestionSet("mailigen", tuple(Asked(_mailigen_question(row), policy, "mailigen 2010") for row in rows))


def _mailigen_question(row: Mapping[str, Any]) -> Question:
    snippets = (Snippet(row["quote"], row["section"]),) if row["answerable"] else ()
    topic = "" if row["answerable"] else str(row["kind"]).split(" (")[0]
    kind = ("trap" if "trap" in row["kind"] else "plain") if not row["answerable"] else row["kind"]
    return Question(f"m{row['id']:02}", row["question"], kind, topic, snippets)


def held_out() -> tuple[QuestionSet, QuestionSet | None, list[str]]:
    """The questions on made-up policies, those on real ones (None without ../shared), and which texts are absent."""
    there: list[Asked] = []
    absent: set[str] = set()
    for row in _held_out_lines():
        if not _made_up(row["policy"]):
            try:
                there.append(asked(row))
            except SetAbsent as error:
                absent.add(str(error))
    return made_up(), QuestionSet("held out, real policies", tuple(there)) if there else None, sorted(absent)


def made_up() -> QuestionSet:
    """The held-out questions on made-up policies, which are in this checkout."""
    rows = [row for row in _held_out_lines() if _made_up(row["policy"])]
    return QuestionSet("held out, made-up policies", tuple(map(asked, rows)))


def customers() -> QuestionSet:
    """The questions of customers of five made-up companies, whose policies are in this checkout."""
    return QuestionSet("customers", tuple(map(asked, _rows(CUSTOMERS))))


def support() -> QuestionSet:
    """What is typed to the support of five other made-up companies, whose policies are in this checkout."""
    return QuestionSet("support", tuple(map(asked, _rows(SUPPORT))))


def strangers() -> QuestionSet:
    """Questions in other words than the policy's, on thirteen more made-up policies, which are in this checkout."""
    return QuestionSet("strangers", tuple(map(asked, _rows(STRANGERS))))


def newcomers() -> QuestionSet:
    """Questions by three others, on fifteen made-up policies more, which are in this checkout."""
    return QuestionSet("newcomers", tuple(map(asked, _rows(NEWCOMERS))))


def _held_out_lines() -> list[Mapping[str, Any]]:
    return _rows(HELD_OUT)


def _rows(path: Path) -> list[Mapping[str, Any]]:
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def asked(row: Mapping[str, Any]) -> Asked:
    """A line of a set of labelled questions, with its policy. Raises SetAbsent."""
    return Asked(held_out_question(row), referred(orjson.dumps(row["policy"])), " ".join(row["policy"].values()))


def _made_up(reference: Mapping[str, str]) -> bool:
    return reference.get("file", "").startswith("bench/")


def held_out_question(row: Mapping[str, Any]) -> Question:
    """A line of held_out.jsonl."""
    return Question(
        row["id"], row["question"], row["kind"], row["topic"], tuple(Snippet(words) for words in row["snippets"])
    )


@cache
def referred(reference: bytes) -> PolicyText:
    """The text that a line of held_out.jsonl refers to, as JSON. Raises SetAbsent."""
    named: dict[str, str] = orjson.loads(reference)
    if "file" in named:
        path = ROOT / named["file"]
        return read_policy(_bytes(path), path.name)
    for pair in pairs():
        if pair["service"] == named["service"] and pair["date"] == named["date"]:
            return read_policy(pair[named["side"]].encode(), "policy.md")
    raise SetAbsent(f"{PAIRS.name} has no {named['service']} of {named['date']}")


@cache
def pairs() -> tuple[Mapping[str, str], ...]:
    """The pairs of consecutive versions: service, date, kind, before, after (Markdown). Raises SetAbsent."""
    return tuple(_lines(gzip.decompress(_bytes(PAIRS))))


def _lines(data: bytes) -> Iterable[Mapping[str, str]]:
    return (orjson.loads(line) for line in data.splitlines())


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise SetAbsent(f"{path.name} is not there") from error
