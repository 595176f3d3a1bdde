"""`/audit export [csv|ocsf] [WORDS]`: what a search finds as files, to the auditor's own direct message."""

from slack_sdk import WebClient

from bot.audit.exports.export import Form
from bot.audit.exports.handing_out import HandedOut, HandOut
from bot.audit.search import NotSearched
from bot.services import Services
from handlers.payloads import Caller
from handlers.uploads import upload
from handlers.views.audit import export as views
from handlers.views.audit import search as search_views
from handlers.views.blocks import Block


def export(services: Services, caller: Caller, client: WebClient, text: str) -> Block:
    """In short here; the files follow where only the auditor reads."""
    person = caller.person(services, fresh=True)
    search = services.search
    hand_out = HandOut(search.database, search.ledger, search.rules, search.clock, services.proof.keys.signer.key)
    form, words = _form_of(text)
    made = hand_out(caller.origin(person), person, caller.conversation(services), words, form)
    if isinstance(made, NotSearched):
        return search_views.not_searched(made, services.company)
    return views.exported(made, sent=bool(made.files) and _send(made, person.id, client))


def _form_of(text: str) -> tuple[Form, str]:
    """How it is to be written, if the first word says that, and the words that choose."""
    first, _, rest = text.partition(" ")
    known = {form.value: form for form in Form}.get(first.lower())
    return (known, rest.strip()) if known else (Form.JSONL, text)


def _send(made: HandedOut, user: str, client: WebClient) -> bool:
    files = [{"filename": name, "content": content, "title": name} for name, content in made.files.items()]
    return upload(client, user, files, views.comment(made))
