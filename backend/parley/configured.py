"""What `/api/settings` may say of the settings: which are set and by which variable, never their values."""

from pathlib import Path
from typing import Literal

from parley.api.configured import ConfiguredView, LimitsView, SettingsView
from parley.settings import Settings


def configured(settings: Settings, dialect: str) -> SettingsView:
    return SettingsView(
        database=_database(dialect),
        registration=settings.registration,
        planner=settings.planner,
        items=[
            _item("openai", "OpenAI", "OPENAI_API_KEY", settings.openai_api_key is not None),
            _item("openai_compatible", "OpenAI-compatible server", "OPENAI_BASE_URL", settings.openai_base_url is not None),
            _item("gemini", "Gemini", "GEMINI_API_KEY", settings.gemini_api_key is not None),
            _item("anthropic", "Anthropic", "ANTHROPIC_API_KEY", settings.anthropic_api_key is not None),
            _item("local_model", "Local model", "PARLEY_LOCAL_MODEL", settings.local_model is not None, _name(settings.local_model)),
            _item("prices", "Model prices", "PARLEY_PRICES", settings.prices is not None),
            _item("model", "Default model", "PARLEY_MODEL", settings.model is not None, settings.model),
            _item("planner", "Planner", "PARLEY_PLANNER", settings.planner != "auto", settings.planner),
            _item("web_search", "Web search", "SERPAPI_API_KEY", settings.serpapi_api_key is not None),
            _item(
                "vectors",
                "Vector index",
                "CHROMA_URL",
                settings.chroma_url is not None,
                "Chroma" if settings.chroma_url else "exact search",
            ),
            _item("database", "Database", "DATABASE_URL", settings.database_url is not None, dialect),
            _item("broker", "Workers of their own", "BROKER_URL", settings.broker_url is not None),
            _item("events", "Live events between processes", "EVENTS_URL", settings.events_url is not None),
            _item("private_addresses", "Private addresses for HTTP requests", "PARLEY_HTTP_ALLOW", bool(settings.http_allow)),
        ],
        limits=LimitsView(
            max_body_bytes=settings.max_body_bytes,
            max_upload_bytes=settings.max_upload_bytes,
            turn_seconds=settings.turn_seconds,
            turn_tokens=settings.turn_tokens,
        ),
    )


def _name(path: Path | None) -> str | None:
    return path.name if path else None


def _item(key: str, label: str, variable: str, is_set: bool, detail: str | None = None) -> ConfiguredView:
    return ConfiguredView(key=key, label=label, variable=variable, configured=is_set, detail=detail)


def _database(dialect: str) -> Literal["sqlite", "mysql", "postgresql"]:
    match dialect:
        case "sqlite" | "mysql" | "postgresql":
            return dialect
        case _:
            raise AssertionError(dialect)
