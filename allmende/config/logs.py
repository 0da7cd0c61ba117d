"""Logs that can be shown to others: what happened and where, never texts, handles, addresses, paths with keys or secrets.

A line per event, for people or as JSON (`--log-format json`). Of an exception only its kind and the places it passed are
told; its message only where it comes from the machine, because messages of other errors quote what people wrote.
"""

import logging
import re
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

FORMATS = ("human", "json")
# Errors whose words come from the machine or the database engine.
TELLING = ("OSError", "OperationalError", "InterfaceError", "MemoryError")
# Values of ours that look like secrets and are none.
HARMLESS = ("request", "level", "at", "logger", "frames", "worker")
MOST_FRAMES = 12
MOST_LETTERS = 500
_ROOT = Path(__file__).resolve().parents[2]
_PATTERNS = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "<address>"),
    (re.compile(r"(?<!\w)@[\w.-]+(?:@[\w.-]+)?"), "<handle>"),
    (re.compile(r"(\w+://)(?:[^\s/@'\"]*@)?([^\s/?#'\"]+)[^\s'\"]*"), r"\1\2/"),
    (re.compile(r"(?i)\b(bearer\s+|(?:token|password|passwort|secret|api_?key)['\"]?\s*[:=]\s*)\S+"), r"\1<secret>"),
    (re.compile(r"(?<![\w/.])(?=[A-Za-z_+=-]*\d)[A-Za-z0-9_+=-]{20,}"), "<secret>"),
)

Event = MutableMapping[str, Any]


def logging_settings(form: str) -> dict[str, Any]:
    """Django's LOGGING: everything to standard error, in this form. Raises ValueError for another form."""
    if form not in FORMATS:
        raise ValueError(f"ALLMENDE_LOG_FORMAT is one of {', '.join(FORMATS)}; not {form!r}.")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"one": {"()": "allmende.config.logs.formatter", "form": form}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "one"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {"allmende": {"level": "INFO"}, "django.server": {"handlers": ["console"], "propagate": False}},
    }


def formatter(form: str = "human") -> logging.Formatter:
    """What turns a record into a line."""
    last = structlog.processors.JSONRenderer(ensure_ascii=False, default=str) if form == "json" else _as_sentence
    return structlog.stdlib.ProcessorFormatter(
        processors=[_named, _without_paths, _brief, _scrubbed, last],
        foreign_pre_chain=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        ],
    )


def scrubbed(text: str) -> str:
    """The text without addresses, handles, paths of URLs and what looks like a secret."""
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text[:MOST_LETTERS]


def _named(_logger: Any, _method: str, event: Event) -> Event:
    record: logging.LogRecord = event["_record"]
    event["level"], event["logger"] = record.levelname.lower(), record.name
    return event


def _without_paths(_logger: Any, _method: str, event: Event) -> Event:
    """Django writes the path of a request into the message; a path may be the key to a door."""
    record: logging.LogRecord = event["_record"]
    if record.name.startswith("django."):
        event["event"] = str(event["event"]).split(":")[0]
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        if match:
            event["route"] = match.route
    return event


def _brief(_logger: Any, _method: str, event: Event) -> Event:
    for own in ("_record", "_from_structlog"):
        event.pop(own, None)
    told = event.pop("exc_info", None)
    error = told[1] if isinstance(told, tuple) else None
    if error is not None:
        event["error"] = type(error).__name__
        if any(kind.__name__ in TELLING for kind in type(error).__mro__):
            event["says"] = str(error)
        event["frames"] = [_place(frame) for frame in traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]]
    return event


def _place(frame: traceback.FrameSummary) -> str:
    path = Path(frame.filename)
    shown = path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else Path(*path.parts[-2:])
    return f"{shown.as_posix()}:{frame.lineno} {frame.name}"


def _scrubbed(_logger: Any, _method: str, event: Event) -> Event:
    return {
        name: scrubbed(value) if isinstance(value, str) and name not in HARMLESS else value
        for name, value in event.items()
    }


def _as_sentence(_logger: Any, _method: str, event: Event) -> str:
    at, level, logger = event.pop("at", ""), event.pop("level", ""), event.pop("logger", "")
    text, frames = event.pop("event", ""), event.pop("frames", [])
    rest = "".join(f" {name}={value}" for name, value in event.items())
    return "\n".join([f"{at[:19]} {level:<7} {logger}: {text}{rest}", *(f"    {frame}" for frame in frames)])
