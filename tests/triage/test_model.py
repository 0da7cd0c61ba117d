"""The model that suggests: it learns, explains itself, is kept without code and judged honestly."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from allmende.config import cli
from allmende.triage import model as model_of
from allmende.triage.figures import count_figures
from allmende.triage.model import CannotLearn, CannotLoad, evaluate_in_folds, load, train
from allmende.triage.rows import CannotRead, Row, read_rows, same_text

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "labelled"
KINDS = ("Kasse", "Beleg", "Konto", "Rechnung", "Spende", "Beitrag", "Vorlage", "Anmeldung", "Satzung", "Protokoll")
ROWS = [
    *(
        Row(f"Wo finde ich die {word} im Menü, kann mir jemand helfen? {at}x", "question")
        for at in "ab"
        for word in KINDS
    ),
    *(Row(f"Eure {word} ist eine Frechheit, ich kündige den Mist {at}y", "anger") for at in "ab" for word in KINDS),
]


@pytest.fixture(scope="module")
def learned():
    return train(ROWS)


def written(path: Path, rows=ROWS) -> Path:
    path.write_text("".join(f"{row.text}\t{row.label}\n" for row in rows), encoding="utf-8")
    return path


def test_figures_by_pencil_and_paper() -> None:
    """a: 2 of 3 suggestions right, 2 of 2 found; b: 1 of 1 right, 1 of 2 found. Confidence .8 four times, right 3 times."""
    figures = count_figures(["a", "a", "b", "b"], ["a", "a", "a", "b"], [0.8] * 4)
    assert figures.precision == pytest.approx((2 / 3 + 1) / 2)
    assert figures.recall == pytest.approx((1 + 1 / 2) / 2)
    assert figures.f == pytest.approx(2 * (5 / 6) * (3 / 4) / (5 / 6 + 3 / 4))
    assert figures.calibration_error == pytest.approx(0.05)


def test_a_suggestion_names_the_words_that_led_to_it(learned) -> None:
    model, figures = learned
    found = model.explain("Diese Quittung ist eine Frechheit")
    assert found.label == "anger" and 0.5 < found.confidence <= 1
    assert "Frechheit" in found.words and len(found.words) <= 5
    assert figures.n == 40 and figures.f > 0.9


def test_a_word_weighs_what_the_text_loses_without_it(learned) -> None:
    """By texts written out without each of their words in turn: twice the same word, a name, an address and a lonely sign."""
    model = learned[0]
    words = (
        "Eure Quittung @team ist ist eine Frechheit – siehe https://example.org/Mist und ich kündige İhr Οδός".split()
    )
    whole, *without = model.suggest(
        [" ".join(words), *(" ".join(words[:at] + words[at + 1 :]) for at in range(len(words)))]
    )
    sure = [one.confidence if one.label == whole.label else 1 - one.confidence for one in without]
    lost = sorted(((sure, word) for sure, word in zip(sure, words, strict=True) if sure < whole.confidence))
    found = model.explain(" ".join(words), most=20)
    assert (found.label, found.confidence) == (whole.label, pytest.approx(whole.confidence))
    assert found.words == tuple(dict.fromkeys(word for _, word in lost)) and len(found.words) >= 5


def test_what_never_occurred_need_not_be_looked_at() -> None:
    """Learning from the n-grams that occur comes to what learning from all of them comes to."""
    from sklearn.feature_extraction.text import TfidfTransformer

    counted, truths = model_of._ngrams([row.text for row in ROWS]), [row.label for row in ROWS]
    weighted = TfidfTransformer(sublinear_tf=True).fit_transform(counted)
    asked = model_of._ngrams(["Diese Quittung ist eine Frechheit", "Wo finde ich das?", "ganz anderes", ""])
    everything = model_of._classifier().fit(weighted, truths).decision_function(asked)
    assert model_of._fitted(weighted, truths).decision_function(asked) == pytest.approx(everything)


@pytest.mark.parametrize("text", ["", " ", "\u200b", "😀", "\x00", "مرحبا", "x" * 100_000, "Wort " * 20_000])
def test_any_text_gets_an_answer(learned, text) -> None:
    assert learned[0].explain(text).label in ("anger", "question")


def test_equal_rows_give_an_equal_model_that_survives_its_file(learned, tmp_path) -> None:
    model, figures = learned
    again, figures_again = train(ROWS)
    again.save(tmp_path / "kept")
    kept = load(tmp_path / "kept")
    assert figures == figures_again and kept.version == model.version and kept.threshold == model.threshold
    texts = [row.text for row in ROWS]
    assert kept.suggest(texts) == model.suggest(texts)
    assert kept.has_seen(f"@jemand {ROWS[0].text.upper()}") and not kept.has_seen("Etwas anderes")
    assert [file.name for file in tmp_path.iterdir()] == ["kept"]


def test_three_labels_have_no_threshold() -> None:
    thanks = [Row(f"Vielen Dank für {word}, das war lieb {at}", "thanks") for at in "ab" for word in KINDS]
    model, _ = train([*ROWS, *thanks])
    assert model.threshold is None
    assert model.explain("Danke, das war lieb").label == "thanks"


def test_duplicates_stay_together() -> None:
    """Labels by chance cannot be learned; with copies across the folds they would look as if they could."""
    by_chance = [Row(f"{word} {other}", "ab"[(at * 7 + to * 3) % 5 % 2]) for at, word in enumerate(KINDS) for to, other in enumerate(KINDS)]  # fmt: skip
    once = evaluate_in_folds(by_chance)
    thrice = evaluate_in_folds([*by_chance, *(Row(f"@a {one.text}!", one.label) for one in by_chance)])
    assert abs(once.f - thrice.f) < 0.2
    assert same_text("@a Kasse, Beleg!") == same_text("kasse beleg")


@pytest.mark.parametrize("rows", [[], ROWS[:20], [*ROWS[:20], *ROWS[-9:]], [*ROWS[:20], *[ROWS[-1]] * 30]])
def test_too_little_is_said_and_nothing_learned(rows) -> None:
    with pytest.raises(CannotLearn, match=r"Nothing was learned. .*(two labels|at least 10)"):
        train(rows)


def test_files_of_three_kinds_give_the_same_rows(tmp_path) -> None:
    tabs, table, lines = tmp_path / "a.tsv", tmp_path / "a.csv", tmp_path / "a.jsonl"
    tabs.write_text("text\tlabel\nHallo, „du“\tgut\tmehr\r\nohne\n\n", encoding="utf-8")
    table.write_text('id,label,text\n1,gut,"Hallo, „du“"\n2,,ohne\n', encoding="utf-8-sig")
    lines.write_text('{"text": "Hallo, „du“", "label": "gut"}\n{"text": "ohne"}\n', encoding="utf-8")
    assert read_rows(tabs) == read_rows(table) == read_rows(lines) == ([Row("Hallo, „du“", "gut")], 1)


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_table_is_read_as_a_spreadsheet_writes_it(tmp_path, sign) -> None:
    """With a mark of the encoding, semicolons, quoted line breaks, capitals in the head, and as long as texts are."""
    table, long = tmp_path / "a.csv", "Wort " * 40_000
    rows = [
        ["Id", "Label", "Text"],
        ["1", "gut", '"Zwei\nZeilen; ja, so"'],
        ["2", "lang", long],
        ["3"],
        ["4", "", "ohne"],
    ]
    table.write_text("\r\n".join(sign.join(row) for row in rows) + "\r\n\r\n", encoding="utf-8-sig")
    assert read_rows(table) == ([Row("Zwei\nZeilen; ja, so", "gut"), Row(long.strip(), "lang")], 2)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b"Text;Label\n"),
        ("a.tsv", b""),
        ("a.tsv", b"\xff\xfe"),
        ("a.csv", b"a,b\n1,2\n"),
        ("a.jsonl", b"{"),
        ("a.jsonl", b"[1]"),
        ("none.tsv", None),
    ],
)
def test_a_file_without_rows_is_a_sentence(tmp_path, name, content) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(CannotRead):
        read_rows(tmp_path / name)


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 no"])
def test_a_missing_or_broken_model_is_a_sentence(tmp_path, content) -> None:
    if content is not None:
        (tmp_path / "m").write_bytes(content)
    with pytest.raises(CannotLoad, match=r"triage train FILE|Train it again"):
        load(tmp_path / "m")


class Stranger:
    """A type that no model is made of."""


def test_a_model_file_with_a_strange_type_in_it_is_not_opened(tmp_path) -> None:
    from skops.io import dump

    dump({"form": 1, "parts": Stranger()}, tmp_path / "m")
    with pytest.raises(CannotLoad, match="Train it again"):
        load(tmp_path / "m")


def test_the_command_trains_and_judges_only_what_is_new(tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setenv("ALLMENDE_DATA", str(tmp_path))
    file = str(written(tmp_path / "rows.tsv"))
    assert cli.main(["triage", "evaluate", file]) == 2
    assert "allmende triage train FILE" in capsys.readouterr().err
    assert cli.main(["triage", "train", file]) == 0
    told = capsys.readouterr().out
    assert "anger: 20 texts. Of 100 it calls so, " in told and "of 100 that are so, it finds" in told
    assert "Calibration: the confidence it states misses by" in told and "calls 80 % sure, about" in told
    assert cli.main(["triage", "evaluate", file]) == 2
    assert "learned from every text" in capsys.readouterr().err
    new = written(
        tmp_path / "new.tsv", [*ROWS[:3], Row("So ein Mist, eine Frechheit", "anger"), Row("Wo ist es?", "question")]
    )
    assert cli.main(["triage", "evaluate", str(new)]) == 0
    assert "3 texts were left out" in capsys.readouterr().out
    assert cli.main(["triage", "evaluate", file, "--folds"]) == 0
    capsys.readouterr()
    thanks = written(tmp_path / "thanks.tsv", [Row("Vielen Dank dafür", "thanks"), Row("Wo ist es?", "question")])
    assert cli.main(["triage", "evaluate", str(thanks)]) == 0
    told = capsys.readouterr().out
    assert "never learned these labels and finds none of them: thanks. It knows: anger, question." in told


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "holds no line with a text and a label"), ("Wo ist es?\tquestion\n" * 30, "at least two labels")],
)
def test_a_file_that_teaches_nothing_leaves_the_kept_model_alone(tmp_path, monkeypatch, capsys, content, said) -> None:
    monkeypatch.setenv("ALLMENDE_DATA", str(tmp_path))
    kept, file = tmp_path / "triage" / "model.skops", tmp_path / "rows.tsv"
    kept.parent.mkdir()
    kept.write_bytes(b"as it was")
    file.write_text(content)
    assert cli.main(["triage", "train", str(file)]) == 2
    told = capsys.readouterr().err
    assert said in told and "Nothing was learned." in told and "Traceback" not in told
    assert kept.read_bytes() == b"as it was"


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    code = "import sys, allmende.config.cli as c; c.build(); import allmende.triage.model; sys.exit('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=os.environ, check=False).returncode == 0


@pytest.mark.parametrize("command", [["train"], ["evaluate", "--folds"]])
def test_missing_libraries_are_a_sentence(tmp_path, command) -> None:
    """In a process of its own, in which nothing of the library can be imported."""
    words = ["triage", *command, str(written(tmp_path / "texts.tsv"))]
    code = f"import sys; sys.modules['sklearn'] = None; from allmende.config.cli import main; sys.exit(main({words}))"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={**os.environ, "ALLMENDE_DATA": str(tmp_path)}
    )
    assert told.returncode != 0
    assert "scikit-learn or skops is missing here" in told.stdout + told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.thorough
@pytest.mark.parametrize(("has_more", "least"), [(False, 0.75), (True, 0.72)])
def test_it_reaches_its_goal_on_tweets_it_has_not_seen(has_more, least) -> None:
    """GermEval 2018 alone, and one joint model with GAHD; five folds, duplicates together."""
    tweets, hate = DATA / "germeval2018_train" / "germeval2018.training.txt", DATA / "gahd_train" / "gahd_train.csv"
    if not (tweets.is_file() and hate.is_file()):
        pytest.skip("The labelled texts are not here: shared/data/labelled")
    names = {"1": "OFFENSE", "0": "OTHER"}
    more = [Row(row.text, names[row.label]) for row in read_rows(hate)[0]] if has_more else []
    figures = evaluate_in_folds(read_rows(tweets)[0], more)
    assert figures.f >= least
    assert figures.calibration_error < 0.1
