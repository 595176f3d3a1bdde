"""The app as it is at Slack's: one identity and one set of secrets, whichever workspaces it is installed in."""

from dataclasses import dataclass, field

from slack_local.clock import Ids, stable_id
from slack_local.manifest import Manifest


@dataclass(frozen=True, slots=True)
class SharedApp:
    """What stands under “Basic Information” of its page."""

    manifest: Manifest
    app_id: str
    client_id: str
    client_secret: str = field(repr=False)
    signing_secret: str = field(repr=False)
    verification_token: str = field(repr=False)

    @classmethod
    def of(cls, manifest: Manifest, ids: Ids) -> "SharedApp":
        """A new one, with random secrets."""
        number = f"{int(ids.secret(10), 16):012d}"
        return cls(
            manifest=manifest,
            app_id=stable_id("A", manifest.name),
            client_id=f"{number}.{number[::-1]}",
            client_secret=ids.secret(32),
            signing_secret=ids.secret(32),
            verification_token=ids.secret(24),
        )
