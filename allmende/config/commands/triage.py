"""`allmende triage`: teach a model to tell texts apart, and see how well it does."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from allmende.config import terminal

if TYPE_CHECKING:
    from allmende.triage.figures import Figures
    from allmende.triage.model import TriageModel
    from allmende.triage.rows import Row

triage = typer.Typer(name="triage", no_args_is_help=True, help="Teach a model to tell texts apart; it only suggests.")
commands = typer.Typer()
commands.add_typer(triage)


@triage.command("train")
def train(
    file: Annotated[Path, typer.Argument(help="Texts with labels: tab-separated, .csv or .jsonl.")],
) -> int:
    """Learn from labelled texts and keep the model in the data folder, in place of an earlier one.

    The figures are those of five folds: each text is judged by what was learned without it and its duplicates.
    """
    from allmende.triage import model

    rows, left_out = _rows(file, "Nothing was learned.")
    try:
        learned, figures = model.train(rows)
    except model.CannotLearn as refusal:
        raise terminal.WrongUse(str(refusal)) from None
    file = _file()
    file.parent.mkdir(exist_ok=True, mode=0o700)
    learned.save(file)
    terminal.say(f"Learned from {len(rows)} texts; the model is {learned.version}.")
    _tell(figures, learned.threshold)
    return _end(left_out)


@triage.command("evaluate")
def evaluate(
    file: Annotated[Path, typer.Argument(help="Texts with labels: tab-separated, .csv or .jsonl.")],
    folds: Annotated[
        bool, typer.Option("--folds", help="Leave the kept model aside: five times learn from four fifths of FILE.")
    ] = False,
    beside: Annotated[
        Path | None, typer.Option(help="With --folds: more labelled texts to learn from, which are not judged.")
    ] = None,
) -> int:
    """Judge labelled texts and print precision, recall and calibration. Nothing is kept.

    Texts the kept model has learned from are left out: about them it knows the answer by heart.
    """
    from allmende.triage import model

    if beside and not folds:
        raise terminal.WrongUse("Nothing was judged. --beside is learned from, which only --folds does.")
    rows, left_out = _rows(file, "Nothing was judged.")
    more = _rows(beside, "Nothing was judged.")[0] if beside else []
    try:
        if folds:
            figures, threshold = model.evaluate_in_folds(rows, more), None
        else:
            kept = _kept()
            rows = _unseen(kept, rows)
            _tell_unknown(kept, rows)
            figures, threshold = kept.evaluate(rows), kept.threshold
    except model.CannotLearn as refusal:
        raise terminal.WrongUse(str(refusal)) from None
    _tell(figures, threshold)
    return _end(left_out)


def _rows(file: Path, not_done: str) -> "tuple[list[Row], int]":
    from allmende.triage.rows import CannotRead, read_rows

    try:
        return read_rows(file)
    except CannotRead as refusal:
        raise terminal.WrongUse(f"{not_done} {refusal}") from None


def _kept() -> "TriageModel":
    from allmende.triage.model import CannotLoad, load

    try:
        return load(_file())
    except CannotLoad as refusal:
        raise terminal.WrongUse(f"Nothing was judged. {refusal}") from None


def _file() -> Path:
    from allmende.config.paths import data_folder

    return data_folder() / "triage" / "model.skops"


def _unseen(kept: "TriageModel", rows: "list[Row]") -> "list[Row]":
    unseen = [row for row in rows if not kept.has_seen(row.text)]
    if not unseen:
        raise terminal.WrongUse(
            "Nothing was judged. The model has learned from every text of this file; --folds judges them all the same."
        )
    if len(unseen) < len(rows):
        terminal.say(f"{len(rows) - len(unseen)} texts were left out: the model has learned from them.")
    return unseen


def _tell_unknown(kept: "TriageModel", rows: "list[Row]") -> None:
    if unknown := sorted({row.label for row in rows} - set(kept.labels)):
        terminal.say(
            f"The model never learned these labels and finds none of them: {', '.join(unknown)}."
            f" It knows: {', '.join(kept.labels)}."
        )


def _tell(figures: "Figures", threshold: float | None) -> None:
    """Each label for people, and all of them as the one answer."""
    for one in figures.labels:
        terminal.say(
            f"{one.label}: {one.n} texts. Of 100 it calls so, {one.precision * 100:.0f} are (precision {one.precision:.3f});"
            f" of 100 that are so, it finds {one.recall * 100:.0f} (recall {one.recall:.3f})."
        )
    row = {
        "n": figures.n,
        "labels": [one.label for one in figures.labels],
        "precision_macro": figures.precision,
        "recall_macro": figures.recall,
        "f_macro": figures.f,
        "calibration_error": figures.calibration_error,
        "threshold": threshold,
    }
    terminal.answer(
        row,
        f"All {figures.n} texts, each label counting the same: precision {figures.precision:.3f},"
        f" recall {figures.recall:.3f}, together {figures.f:.3f} (their harmonic mean; 1 is perfect).\n"
        f"Calibration: the confidence it states misses by {figures.calibration_error:.3f}. Of 100 suggestions it calls 80 %"
        f" sure, about {max(0, 80 - round(figures.calibration_error * 100))} to"
        f" {min(100, 80 + round(figures.calibration_error * 100))} are right.",
    )


def _end(left_out: int) -> int:
    if not left_out:
        return terminal.DONE
    terminal.say(f"{left_out} lines were left out: their text or label is missing.")
    return terminal.FINDINGS
