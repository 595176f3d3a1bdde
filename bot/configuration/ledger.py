"""The formats of steward.toml's [ledger]: its name, and the keys of those who vouch for it."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator

from bot.audit.merkle.notes import Kind, Malformed, VerifierKey
from bot.configuration.formats import fault

_URL_MEND = 'Write the witness\'s address for submissions, such as "https://witness.example/log".'


def _origin(value: str) -> str:
    try:
        VerifierKey(value, bytes(32))
    except Malformed as error:
        mend = 'Write a name of your own without a scheme, such as "company.example/audit".'
        raise fault(f"This is no name for a ledger: {error}.", mend) from None
    return value


def _key(value: str, kind: Kind, what: str, mend: str) -> str:
    try:
        key = VerifierKey.parse(value)
    except Malformed as error:
        raise fault(f"This is no key: {error}.", mend) from None
    if key.kind is not kind:
        raise fault(f"This is not the key of {what}.", mend)
    return value.strip()


def _witness_key(value: str) -> str:
    return _key(value, Kind.COSIGNATURE, "a witness", "Copy the vkey that the witness publishes, for cosignatures.")


def _former_key(value: str) -> str:
    return _key(value, Kind.ED25519, "a ledger", "Copy what `steward audit key` printed before the key was changed.")


def _address(value: str) -> str:
    try:
        parts = urlsplit(value)
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.username or parts.query or parts.fragment:
        raise fault("This is not the address of a witness.", _URL_MEND)
    return value.rstrip("/")


OriginName = Annotated[str, AfterValidator(_origin)]
WitnessKey = Annotated[str, AfterValidator(_witness_key)]
FormerKey = Annotated[str, AfterValidator(_former_key)]
WitnessAddress = Annotated[str, AfterValidator(_address)]


def usual_origin(company: str, contact: str) -> str:
    """The ledger's name where none is configured: after the domain of the company's address, else after its name."""
    _, at, domain = contact.rpartition("@")
    words = domain if at else company
    return "-".join(words.lower().replace("+", " ").split())[:200] + "/audit"
