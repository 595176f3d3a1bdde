"""One hash over what a process works by, by which replicas tell whether they work by the same.

Comments, blank lines and passwords are not in it; the order of tables and keys is, as people see purposes and fields in
that order.
"""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import orjson

from bot.configuration.sql_source import without_password
from bot.privacy.source import is_url

_SECRETS: Final = ("password", "passwd", "passphrase", "secret", "token", "apikey", "api_key", "access_key")
"""What keys are called that hold one, in a source of accounts of the company's own making say."""


def fingerprint(raw: Mapping[str, Any], folder: Path) -> str:
    """SHA-256 in hex, 64 characters: of steward.toml as it was read, and of the files in it that are read at the start.

    These are the table of topics and the fonts; `folder` is what their names count from.
    """
    digest = hashlib.sha256(orjson.dumps(_without_secrets(raw)))
    _add(digest, folder, _named(raw))
    return digest.hexdigest()


def policy_fingerprint(sources: Iterable[str], folder: Path) -> str:
    """SHA-256 in hex of those sources of the policy that are files, as they are now; whoever looks next reads them.

    An address on the web is the same for all.
    """
    digest = hashlib.sha256()
    _add(digest, folder, [source for source in sources if not is_url(source)])
    return digest.hexdigest()


def _add(digest: "hashlib._Hash", folder: Path, names: Iterable[str]) -> None:
    """What the files hold, each by the hash of its content, so that none runs into the next; nothing for a lost one."""
    for name in names:
        try:
            content = hashlib.sha256((folder / Path(name).expanduser()).read_bytes()).digest()
        except OSError:  # `steward check` and the start say that it can't be read
            content = bytes(32)
        digest.update(content)


def _named(raw: Mapping[str, Any]) -> list[str]:
    """The files that steward.toml names, which may have any shape."""
    policy, report = raw.get("policy"), raw.get("report")
    topics = policy.get("topics") if isinstance(policy, Mapping) else None
    fonts = report.get("fonts") if isinstance(report, Mapping) else None
    return [one for one in [topics, *(fonts if isinstance(fonts, list) else ())] if isinstance(one, str)]


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: "" if _is_secret(key, one) else _without_secrets(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_without_secrets(one) for one in value]
    return without_password(value, "PASSWORD") if isinstance(value, str) else value


def _is_secret(key: str, value: Any) -> bool:
    return isinstance(value, str) and any(word in key.lower() for word in _SECRETS)
