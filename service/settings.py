"""Settings of an installation: environment variables that start with CASEWORK_."""

from pathlib import Path
from typing import Literal

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.kernel import Refused


class Settings(BaseSettings):
    """What an installation is told by its environment."""

    model_config = SettingsConfigDict(env_prefix="CASEWORK_", extra="ignore")

    env: Literal["development", "demo", "test", "production"] = "development"
    database_url: str = Field(default="", description="Any PostgreSQL 15+; embedded if empty")
    data_dir: Path = Path(".data")
    secret_key: str = ""
    base_url: str = "http://127.0.0.1:8000"
    public_hosts: str = Field(
        default="", description="Names that it is reached by, by commas; any if empty"
    )
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "WARNING"
    log_format: Literal["text", "json"] = "text"
    notify_api_key: str = Field(default="", description="Of GOV.UK Notify, to send email by it")
    notify_template_id: str = ""
    notify_url: str = "https://api.notifications.service.gov.uk"
    smtp_host: str = Field(default="", description="A mail server, where Notify is not used")
    smtp_port: int = 587
    smtp_tls: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: str = ""
    mail_from: str = ""
    publisher_prefix: str = Field(
        default="360G-cib",
        pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*$",
        description="The prefix that 360Giving gave to the publisher of the grants",
    )
    publisher_name: str = "Children's Improvement Board"
    publisher_id: str = Field(
        default="", description="The publisher's organisation identifier; of its own if empty"
    )

    @field_validator("database_url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        try:
            conninfo_to_dict(url)
        except ProgrammingError:
            raise ValueError("Write it like postgresql://user:password@host:5432/name.") from None
        return url

    @property
    def organisation_id(self) -> str:
        """How published data names the organisation that gives the grants."""
        return self.publisher_id or f"{self.publisher_prefix}-ORG:board"

    @property
    def hosts(self) -> frozenset[str]:
        """The names that requests may come under; empty for any."""
        return frozenset(
            name.strip().lower() for name in self.public_hosts.split(",") if name.strip()
        )

    @property
    def secure(self) -> bool:
        """Whether browsers reach the service by HTTPS, so that cookies are kept to it."""
        return self.base_url.startswith("https://")

    @property
    def static_dir(self) -> Path:
        """Stylesheets and pictures, shipped with the package."""
        return Path(__file__).parent / "static"

    def refuse_unsafe(self, demo_users: list[str]) -> None:
        """Refuse to serve in production with anything unsafe, saying what to set.

        Raises Refused ``unsafe-settings`` with a line for each.
        """
        if self.env != "production":
            return
        wrong = []
        if len(self.secret_key) < 32:
            wrong.append("set CASEWORK_SECRET_KEY to at least 32 random characters")
        if not self.secure:
            wrong.append("set CASEWORK_BASE_URL to an https address")
        if not self.database_url:
            wrong.append("set CASEWORK_DATABASE_URL to your PostgreSQL")
        if self.smtp_host and self.smtp_tls == "none":
            wrong.append("set CASEWORK_SMTP_TLS to starttls or tls")
        if demo_users:
            wrong.append(f"use a database without demonstration sign-ins ({len(demo_users)} found)")
        if wrong:
            raise Refused("unsafe-settings", f"Not safe for production: {'; '.join(wrong)}.")
