"""What Steward is told from outside: the environment, and the company's steward.toml."""

from pathlib import Path

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.configuration.faults import ConfigurationInvalid, Fault
from bot.configuration.reading import load_configuration
from bot.configuration.values import Accounts, Company, Configuration, PolicySettings

__all__ = [
    "Accounts",
    "Company",
    "Configuration",
    "ConfigurationInvalid",
    "Environment",
    "Fault",
    "PolicySettings",
    "load_configuration",
    "read_environment",
]

SLACK_API = "https://slack.com/api/"


class Environment(BaseSettings):
    """The environment's variables, each by its name in small letters. A variable set to nothing counts as not set.

    `database_url` may hold a password and `steward_signing_key` a key: neither is shown when this is printed.
    """

    model_config = SettingsConfigDict(
        env_ignore_empty=True, extra="ignore", frozen=True, hide_input_in_errors=True, case_sensitive=False
    )

    slack_bot_token: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_api_url: str = SLACK_API
    database_url: str = Field(default="sqlite:///steward.db", repr=False)
    steward_config: Path = Path("steward.toml")
    steward_signing_key: SecretStr | None = None
    steward_workspaces: Path | None = None
    steward_token_keys: SecretStr | None = None
    slack_client_id: str | None = None
    slack_client_secret: SecretStr | None = None
    port: int = Field(default=3000, ge=0, le=65535)

    @field_validator("slack_bot_token", "slack_app_token", "slack_signing_secret", mode="before")
    @classmethod
    def _without_space_around(cls, value: object) -> object:
        """A file that was written on Windows leaves one at the end of each."""
        return value.strip() or None if isinstance(value, str) else value

    @field_validator("slack_api_url")
    @classmethod
    def _as_a_folder(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("an address that begins with https:// is needed")
        return value if value.endswith("/") else value + "/"

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached by Socket Mode; HTTP otherwise."""
        return self.slack_app_token is not None

    @property
    def port_is_set(self) -> bool:
        """Whether PORT was given: in Socket Mode nothing is listened on without it."""
        return "port" in self.model_fields_set


def read_environment() -> Environment:
    """Read the process's environment. Raises ConfigurationInvalid, which names variables and shows no value."""
    try:
        return Environment()
    except ValidationError as error:
        faults = [_variable_fault(str(one["loc"][0]).upper()) for one in error.errors(include_input=False)]
        raise ConfigurationInvalid(faults) from None


_FORMS = {
    "PORT": ("This is not a port.", "Set it to a number from 0 to 65535, or leave it out for 3000."),
    "SLACK_API_URL": ("This is not an address.", f"Leave it out for Slack's own, {SLACK_API}."),
}


def _variable_fault(name: str) -> Fault:
    return Fault(name, None, *_FORMS.get(name, ("This can't be read.", "See docs/configuration.md for its form.")))
