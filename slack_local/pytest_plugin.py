"""A pytest plugin: `pytest_plugins = ["slack_local.pytest_plugin"]` gives every test the fixture `local_slack`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from slack_local.local_slack import LocalSlack


@pytest.fixture
def local_slack(pytestconfig: pytest.Config) -> Iterator[LocalSlack]:
    """The reference company's workspace on a free port, with the app of manifest.yml in it."""
    root = Path(pytestconfig.rootpath)
    slack = LocalSlack.start(manifest=root / "manifest.yml", workspace=root / "demo" / "workspace.toml")
    yield slack
    slack.stop()
