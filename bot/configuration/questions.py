"""[questions]: how questions about the policy are answered, and when officers hear of those that wait."""

from datetime import time, timedelta
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainValidator

from bot.configuration.formats import Duration, TimeOfDay, Words, fault
from bot.privacy.question_settings import QuestionSettings
from bot.privacy.source import is_url

MOST_REMINDERS = 10
LONGEST_URL = 300


def _embed(value: object) -> bool | None:
    if value == "auto":
        return None
    if not isinstance(value, bool):
        raise fault(f"{value!r} says nothing about the model.", 'Write "auto" (if it is installed), true or false.')
    return value


def _reminders(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_REMINDERS:
        raise fault(f"{value!r} is no number of reminders.", f"Write a whole number from 0 to {MOST_REMINDERS}.")
    return value


def _address(value: str) -> str:
    if not is_url(value) or not urlsplit(value).hostname or len(value) > LONGEST_URL:
        raise fault("This is no address on the web.", 'Write "https://…", where customers read the policy.')
    return value


Embed = Annotated[bool | None, PlainValidator(_embed)]
Reminders = Annotated[int, PlainValidator(_reminders)]
Address = Annotated[Words, AfterValidator(_address)]


class Questions(BaseModel):
    """The table [questions]."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    remind_after: Duration = timedelta(days=1)
    reminders: Reminders = 3
    list_at: TimeOfDay = time(8, 30)


def question_settings(
    questions: Questions, source: str, url: str | None, topics: str | None, embed: Embed
) -> QuestionSettings:
    """The values; without an address of its own, customers read the policy where it is fetched from."""
    link = url or (source if is_url(source) else None)
    return QuestionSettings(topics, embed, link, questions.remind_after, questions.reminders, questions.list_at)
