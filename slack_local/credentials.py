"""The app's secrets in this workspace: random, made once, kept with the saved state."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from slack_local.clock import Ids
from slack_local.saved import Saved


@dataclass(frozen=True, slots=True, repr=False)
class Credentials:
    bot_token: str
    app_token: str
    signing_secret: str
    verification_token: str

    @classmethod
    def of(cls, saved: Saved, ids: Ids, app_id: str) -> "Credentials":
        """Those that were saved, or new ones."""
        for _, document in saved.all("credentials"):
            return cls(**document)
        numbers = f"{int(ids.secret(10), 16):012d}"
        new = cls(
            bot_token=f"xoxb-{numbers}-{ids.secret(24)}",
            app_token=f"xapp-1-{app_id}-{numbers}-{ids.secret(64)}",
            signing_secret=ids.secret(32),
            verification_token=ids.secret(24),
        )
        saved.put("credentials", "app", asdict(new))
        return new

    def write(self, path: Path, api_url: str) -> None:
        """Writes them as JSON whose keys are environment variables, for the owner's eyes only (mode 0600)."""
        environment = {
            "SLACK_BOT_TOKEN": self.bot_token,
            "SLACK_APP_TOKEN": self.app_token,
            "SLACK_SIGNING_SECRET": self.signing_secret,
            "SLACK_API_URL": api_url,
        }
        fresh = path.with_name(f".{path.name}.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(environment, file)
        fresh.replace(path)
