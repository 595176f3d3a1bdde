"""Files: uploaded in three steps, then shared into channels."""

from base64 import b64decode, b64encode
from dataclasses import asdict, dataclass, field, replace
from mimetypes import guess_type
from pathlib import PurePosixPath

from slack_local.clock import Clock, Ids
from slack_local.json_types import Json
from slack_local.saved import Saved


@dataclass(frozen=True, slots=True)
class File:
    """`ticket` is the last part of the address that takes its bytes; `content` is base64."""

    id: str
    name: str
    length: int
    ticket: str
    user: str
    created: int
    title: str = ""
    content: str | None = None
    complete: bool = False
    channels: tuple[str, ...] = ()

    @property
    def bytes(self) -> bytes:
        return b64decode(self.content or "")


@dataclass(slots=True)
class FileBook:
    clock: Clock
    ids: Ids
    saved: Saved
    base_url: str = ""
    _by_id: dict[str, File] = field(default_factory=dict)

    def restore(self) -> None:
        for key, document in self.saved.all("file"):
            self._by_id[key] = File(**{**document, "channels": tuple(document["channels"])})

    def announce(self, name: str, length: int, user: str) -> File:
        """The first step: room for a file of so many bytes."""
        return self._keep(File(self.ids.id("F"), name, length, self.ids.secret(40), user, int(self.clock())))

    def receive(self, ticket: str, content: bytes) -> bool:
        """The second step; False for an unknown ticket or another length than announced."""
        file = next((file for file in self._by_id.values() if file.ticket == ticket), None)
        if file is None or file.content is not None or len(content) != file.length:
            return False
        self._keep(replace(file, content=b64encode(content).decode()))
        return True

    def finish(self, file: File, title: str, channels: tuple[str, ...]) -> File:
        """The third step."""
        return self._keep(replace(file, title=title or file.name, channels=channels, complete=True))

    def find(self, file_id: str) -> File | None:
        return self._by_id.get(file_id)

    def shown(self, ids: tuple[str, ...]) -> list[Json]:
        return [self.shape(self._by_id[one]) for one in ids if one in self._by_id]

    def shape(self, file: File) -> Json:
        """A file object. Source: https://docs.slack.dev/reference/objects/file-object"""
        kind = PurePosixPath(file.name).suffix.lstrip(".") or "binary"
        return {
            "id": file.id,
            "created": file.created,
            "timestamp": file.created,
            "name": file.name,
            "title": file.title or file.name,
            "mimetype": guess_type(file.name)[0] or "application/octet-stream",
            "filetype": kind,
            "pretty_type": kind.upper(),
            "user": file.user,
            "mode": "hosted",
            "editable": False,
            "is_external": False,
            "external_type": "",
            "size": file.length,
            **_sharing(file, f"{self.base_url}/files/{file.id}/{file.name}"),
        }

    def _keep(self, file: File) -> File:
        self._by_id[file.id] = file
        self.saved.put("file", file.id, asdict(file))
        return file


def _sharing(file: File, address: str) -> Json:
    return {
        "is_public": False,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": address,
        "url_private_download": address,
        "permalink": address,
        "permalink_public": address,
        "channels": list(file.channels),
        "groups": [],
        "ims": [],
        "comments_count": 0,
    }
