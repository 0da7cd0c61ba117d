"""How the `allmende` command speaks: JSON lines for programs, sentences for people, one exit status for each kind of end.

Exit statuses (`interfaces.md`, Command): 0 done; 1 done with findings or refused rows; 2 wrong use; 3 locked by another process;
4 failed, nothing changed.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

SCHEMA = 1
VALUED = {"--data": "DIR", "--workspace": "SLUG", "--log-format": "human or json"}
DONE, FINDINGS, WRONG_USE, LOCKED, FAILED = 0, 1, 2, 3, 4


class Ended(Exception):
    """The command cannot go on. The text is for the person: what did not happen, why, what is safe, what to do."""

    status = FAILED


class Found(Ended):
    """The command ends with findings, and there is nothing more to say."""

    status = FINDINGS


class WrongUse(Ended):
    """What was asked for does not exist or makes no sense."""

    status = WRONG_USE


class Locked(Ended):
    """Another process is at work on the same thing."""

    status = LOCKED


@dataclass(frozen=True)
class Choices:
    """What every command understands: `--json`, `--workspace SLUG` (`--data DIR` goes to the environment)."""

    is_json: bool = False
    workspace: str = ""


_USUAL = Choices()
_choices: ContextVar[Choices] = ContextVar("choices", default=_USUAL)


def choose(arguments: Sequence[str]) -> list[str]:
    """Take `--data DIR`, `--workspace SLUG`, `--log-format FORM` and `--json` out of `arguments`, wherever they stand; returns the others."""
    rest, is_json, workspace = [], False, ""
    words = iter(arguments)
    for word in words:
        name, equals, value = word.partition("=")
        if word == "--json":
            is_json = True
        elif name in VALUED:
            value = value if equals else next(words, "")
            if not value:
                raise WrongUse(f"{name} needs a value: {name} {VALUED[name]}.")
            if name == "--log-format":
                os.environ["ALLMENDE_LOG_FORMAT"] = value
            elif name == "--data":
                os.environ["ALLMENDE_DATA"] = str(Path(value).expanduser().resolve())
            else:
                workspace = value
        else:
            rest.append(word)
    _choices.set(Choices(is_json, workspace))
    return rest


def workspace_slug() -> str:
    """The `--workspace` that was chosen, or an empty string."""
    return _choices.get().workspace


def say(sentence: str) -> None:
    """Tell the person at the terminal; with `--json` on standard error, so that standard output stays JSON."""
    print(sentence, file=sys.stderr if _choices.get().is_json else sys.stdout, flush=True)


def answer(row: Mapping[str, object], sentence: str = "") -> None:
    """One answer: with `--json` a JSON line (times in ISO 8601, `schema` added), else the sentence for people."""
    if _choices.get().is_json:
        print(json.dumps({"schema": SCHEMA, **row}, default=_plain, ensure_ascii=False), flush=True)
    elif sentence:
        say(sentence)


def complain(sentence: str) -> None:
    """Say on standard error what went wrong."""
    print(sentence, file=sys.stderr, flush=True)


def begin_django(*, is_sharing: bool = True) -> None:
    """Load Django's settings and rooms; a command calls it when it needs rows, the supervisor never does.

    `is_sharing`: the data folder is shared with others while this process lives; a restore wants it alone. Raises Locked.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allmende.config.settings")
    import django

    from allmende.config.garbage import loading

    with loading():
        django.setup()
    if is_sharing:
        from allmende.config.turns import enter_data

        with taking_turns():
            enter_data()


@contextmanager
def taking_turns() -> Iterator[None]:
    """Inside, a folder that somebody else works with ends the command. Raises Locked."""
    from allmende.config.turns import Busy

    try:
        yield
    except Busy as busy:
        raise Locked(str(busy)) from None


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
