"""Every setting: an environment variable, or a line of `.env`. Only the composition roots (`parley.app`, `parley.cli`) read them."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

REPO_ROOT = Path(__file__).resolve().parents[2]

KB, MB = 1024, 1024 * 1024


def _variable(name: str) -> AliasChoices:
    return AliasChoices(name)


class Settings(BaseSettings):
    """A setting that is given but empty counts as not given, so that `.env.example` can be copied as it is."""

    model_config = SettingsConfigDict(
        env_file=(REPO_ROOT / ".env", ".env"),
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        populate_by_name=True,
    )

    # The server
    environment: Literal["development", "production"] = Field(
        default="development",
        validation_alias=_variable("PARLEY_ENV"),
        description="In production a weak secret is refused and cookies need HTTPS.",
    )
    host: str = Field(
        default="127.0.0.1", validation_alias=_variable("PARLEY_HOST"), description="Address to listen on; 0.0.0.0 lets other machines in."
    )
    port: int = Field(default=8000, ge=0, le=65535, validation_alias=_variable("PORT"), description="Port to listen on.")
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        validation_alias=_variable("PARLEY_ALLOWED_ORIGINS"),
        description="Other web origins that may call the API (CORS), separated by commas.",
    )
    trust_proxy: str = Field(
        default="",
        validation_alias=_variable("PARLEY_TRUST_PROXY"),
        description="Addresses of proxies whose X-Forwarded-* headers are believed, separated by commas.",
    )
    max_body_bytes: int = Field(
        default=1 * MB, ge=1 * KB, validation_alias=_variable("PARLEY_MAX_BODY_BYTES"), description="Largest request body, but for uploads."
    )
    max_upload_bytes: int = Field(
        default=100 * MB, ge=1 * KB, validation_alias=_variable("PARLEY_MAX_UPLOAD_BYTES"), description="Largest uploaded document."
    )
    web_dir: Path = Field(
        default=REPO_ROOT / "web" / "out", validation_alias=_variable("PARLEY_WEB_DIR"), description="The built web app, served at /."
    )
    log_format: Literal["console", "json"] = Field(
        default="console", validation_alias=_variable("PARLEY_LOG_FORMAT"), description="console for people, json for machines."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", validation_alias=_variable("PARLEY_LOG_LEVEL"), description="The least severe line that is logged."
    )
    metrics: Literal["off", "loopback"] = Field(
        default="off",
        validation_alias=_variable("PARLEY_METRICS"),
        description="loopback: /metrics answers callers on this machine. A token (below) opens it to whoever has it.",
    )
    metrics_token: SecretStr | None = Field(
        default=None, validation_alias=_variable("PARLEY_METRICS_TOKEN"), description="Bearer token that opens /metrics."
    )

    # What is kept, and where
    data_dir: Path = Field(
        default=REPO_ROOT / "data",
        validation_alias=_variable("PARLEY_DATA_DIR"),
        description="Folder of the database, uploads and made secrets.",
    )
    database_url: str | None = Field(
        default=None,
        validation_alias=_variable("DATABASE_URL"),
        description="mysql://user:password@host/name or postgresql://...; SQLite in the data folder if not set.",
    )
    sqlite_sync: Literal["OFF", "NORMAL", "FULL", "EXTRA"] = Field(
        default="FULL",
        validation_alias=_variable("PARLEY_SQLITE_SYNC"),
        description="How hard SQLite makes sure of a commit. NORMAL is faster and may lose the last ones at a power cut.",
    )
    chroma_url: str | None = Field(
        default=None, validation_alias=_variable("CHROMA_URL"), description="A Chroma server for vectors; exact search over SQL if not set."
    )

    # Many machines
    broker_url: SecretStr | None = Field(
        default=None,
        validation_alias=_variable("BROKER_URL"),
        description="redis://host:6379/0 or amqp://user:password@host: `parley worker` then carries runs and reads documents.",
    )
    events_url: SecretStr | None = Field(
        default=None,
        validation_alias=_variable("EVENTS_URL"),
        description="redis://host:6379/1: live events between processes. Without it, what another process does is read from the database.",
    )

    # Documents
    embedding_model: str = Field(
        default="all-MiniLM-L6-v2",
        validation_alias=_variable("PARLEY_EMBEDDING_MODEL"),
        description="Turns passages into vectors. Another needs the extra sentence-transformers and documents uploaded anew.",
    )
    document_pages: int = Field(
        default=5000, ge=1, validation_alias=_variable("PARLEY_DOCUMENT_PAGES"), description="Most pages of one document."
    )
    document_characters: int = Field(
        default=20_000_000,
        ge=1000,
        validation_alias=_variable("PARLEY_DOCUMENT_CHARACTERS"),
        description="Most characters of one document.",
    )
    reader_memory_mb: int = Field(
        default=2048,
        ge=1024,
        validation_alias=_variable("PARLEY_READER_MEMORY_MB"),
        description="Memory of the process that reads documents.",
    )
    reader_cpu_seconds: int = Field(
        default=3600,
        ge=10,
        validation_alias=_variable("PARLEY_READER_CPU_SECONDS"),
        description="Most processor time for reading one document.",
    )

    # Accounts
    secret: SecretStr | None = Field(
        default=None,
        validation_alias=_variable("PARLEY_SECRET"),
        description="Signs logins; at least 32 characters. Made once and kept if not set.",
    )
    session_days: int = Field(
        default=30, ge=1, le=365, validation_alias=_variable("PARLEY_SESSION_DAYS"), description="Days until a login must be repeated."
    )
    registration: Literal["open", "closed"] = Field(
        default="open",
        validation_alias=_variable("PARLEY_REGISTRATION"),
        description="closed: accounts are made with `parley create-user` only.",
    )

    # Models and services
    planner: Literal["auto", "builtin", "model"] = Field(
        default="auto",
        validation_alias=_variable("PARLEY_PLANNER"),
        description="Who draws workflows: built-in first, only built-in, or only the model.",
    )
    model: str | None = Field(
        default=None,
        validation_alias=_variable("PARLEY_MODEL"),
        description="Default language model, such as openai:gpt-6-luna; several, separated by commas, are asked in turn where one fails.",
    )
    sure: float = Field(
        default=0.6,
        ge=0,
        le=1,
        validation_alias=_variable("PARLEY_SURE"),
        description="How sure the built-in planner must be, from 0 to 1, to answer itself where a model is set up.",
    )
    prices: Path | None = Field(
        default=None,
        validation_alias=_variable("PARLEY_PRICES"),
        description="JSON file of your prices: a model's id, then input and output in dollars per million tokens.",
    )
    openai_api_key: SecretStr | None = Field(default=None, validation_alias=_variable("OPENAI_API_KEY"), description="Key for OpenAI.")
    openai_base_url: str | None = Field(
        default=None,
        validation_alias=_variable("OPENAI_BASE_URL"),
        description="Any server that speaks OpenAI's protocol, such as http://localhost:8080/v1 for llama.cpp.",
    )
    gemini_api_key: SecretStr | None = Field(default=None, validation_alias=_variable("GEMINI_API_KEY"), description="Key for Gemini.")
    gemini_base_url: str | None = Field(
        default=None, validation_alias=_variable("GEMINI_BASE_URL"), description="Another address of the Gemini API, without /v1beta."
    )
    anthropic_api_key: SecretStr | None = Field(
        default=None, validation_alias=_variable("ANTHROPIC_API_KEY"), description="Key for Anthropic."
    )
    anthropic_base_url: str | None = Field(
        default=None, validation_alias=_variable("ANTHROPIC_BASE_URL"), description="Another server that speaks Anthropic's protocol."
    )
    local_model: Path | None = Field(
        default=None,
        validation_alias=_variable("PARLEY_LOCAL_MODEL"),
        description="Folder of a causal model of transformers, run in this process; needs the extra local.",
    )
    ollama: str = Field(
        default="http://127.0.0.1:11434",
        validation_alias=_variable("PARLEY_OLLAMA"),
        description="Where a running Ollama is looked for and offered while no other model is set up; off: nowhere.",
    )
    serpapi_api_key: SecretStr | None = Field(
        default=None, validation_alias=_variable("SERPAPI_API_KEY"), description="Key for web search."
    )
    serpapi_base_url: str = Field(
        default="https://serpapi.com", validation_alias=_variable("SERPAPI_BASE_URL"), description="Another address of the search service."
    )
    http_allow: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        validation_alias=_variable("PARLEY_HTTP_ALLOW"),
        description="host:port pairs in private networks that workflows may call, separated by commas.",
    )

    # Limits of a turn
    turn_seconds: float = Field(
        default=60.0, gt=0, validation_alias=_variable("PARLEY_TURN_SECONDS"), description="Longest time of one turn."
    )
    turn_tokens: int = Field(
        default=15_000, gt=0, validation_alias=_variable("PARLEY_TURN_TOKENS"), description="Most model tokens of one turn."
    )
    turn_repair_rounds: int = Field(
        default=2,
        ge=0,
        le=10,
        validation_alias=_variable("PARLEY_TURN_REPAIR_ROUNDS"),
        description="How often a model may mend refused edits.",
    )
    message_chars: int = Field(
        default=20_000,
        ge=1,
        validation_alias=_variable("PARLEY_MESSAGE_CHARS"),
        description="Longest message that a person sends, in characters.",
    )
    reply_chars: int = Field(
        default=200_000, ge=1, validation_alias=_variable("PARLEY_REPLY_CHARS"), description="Longest reply that is kept, in characters."
    )
    message_edits: int = Field(
        default=200, ge=1, validation_alias=_variable("PARLEY_MESSAGE_EDITS"), description="Most hand edits of a diagram in one message."
    )
    chat_messages: int = Field(
        default=20_000,
        ge=2,
        validation_alias=_variable("PARLEY_CHAT_MESSAGES"),
        description="Most messages of one chat, on all its branches.",
    )

    # Limits of a run
    step_seconds: float = Field(
        default=300.0, gt=0, validation_alias=_variable("PARLEY_STEP_SECONDS"), description="Longest time of a step that sets none itself."
    )
    run_seconds: float = Field(
        default=3600.0,
        gt=0,
        validation_alias=_variable("PARLEY_RUN_SECONDS"),
        description="Longest time a run works without a break; waiting for a person or a date is free.",
    )
    step_output_chars: int = Field(
        default=1_000_000,
        ge=1000,
        validation_alias=_variable("PARLEY_STEP_OUTPUT_CHARS"),
        description="Most characters of a step's output.",
    )
    loop_items: int = Field(default=10_000, ge=1, validation_alias=_variable("PARLEY_LOOP_ITEMS"), description="Most items of a loop.")
    run_steps: int = Field(
        default=100_000,
        ge=1,
        validation_alias=_variable("PARLEY_RUN_STEPS"),
        description="Most steps of a run, with all turns of its loops.",
    )

    # Recovery of runs
    lease_seconds: float = Field(
        default=10.0,
        ge=1,
        le=3600,
        validation_alias=_variable("PARLEY_LEASE_SECONDS"),
        description="How long a run stays with a server that has fallen silent. Another, or itself started anew, then takes it up.",
    )
    sweep_seconds: float = Field(
        default=4.0,
        ge=0.1,
        le=60,
        validation_alias=_variable("PARLEY_SWEEP_SECONDS"),
        description="How often runs that nobody carries are looked for.",
    )

    @field_validator("broker_url", "events_url")
    @classmethod
    def _known(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        redis, rabbit = ("redis://", "rediss://", "unix://"), ("amqp://", "amqps://")
        known = (*redis, *rabbit) if info.field_name == "broker_url" else redis
        if value is not None and not value.get_secret_value().startswith(known):
            raise ValueError(f"must begin with {', '.join(known)}")
        return value

    @field_validator("allowed_origins", "http_allow", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @property
    def sqlite_path(self) -> Path:
        return self.data_dir / "parley.db"

    @property
    def database_address(self) -> str:
        return self.database_url or f"sqlite:///{self.sqlite_path}"
