"""The files that come with Steward beside its code: at the top of a checkout, or where its wheel puts them."""

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

MANIFEST: Final = "manifest.yml"
TOP: Final = Path(__file__).parents[2]
FOLDER: Final = "share/steward/"
"""Below the environment (`sys.prefix`), as `data-files` in pyproject.toml has it."""


def shipped(name: str, top: Path = TOP) -> Path | None:
    """The file, such as manifest.yml; None where this installation has none."""
    if (here := top / name).is_file():
        return here
    try:
        files = distribution("steward").files or []
    except PackageNotFoundError:
        return None
    found = (Path(str(one.locate())) for one in files if one.as_posix().endswith(FOLDER + name))
    return next((path for path in found if path.is_file()), None)


def bot_scopes(manifest: Path) -> list[str]:
    """What the app's bot may do in Slack, by the manifest."""
    import yaml  # `steward check`, and who runs several workspaces, reads it

    scopes: list[str] = yaml.safe_load(manifest.read_text("utf-8"))["oauth_config"]["scopes"]["bot"]
    return scopes
