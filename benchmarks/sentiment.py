"""How well texts are understood: `python benchmarks/sentiment.py [FOLDER]`.

Builds the warehouse's own review models on texts whose truth is known, and compares.

1. The generated world: label of each review, aspects mentioned and what was thought of them. Its
   reviews have stars to learn from; a review is judged by what the stars of others taught, so each
   verdict is on a text kept out of the learning. Also with stars on half of the reviews only,
   measured on the other half. `--data-dir` names a built world; without it a new one is made.
2. FOLDER: public sets of labelled texts, not part of this project: `italian_reviews_dev.csv`
   (sentences of hotel reviews), `english_imdb_labelled.txt` (sentences of film reviews) and short
   messages (`<language>_<part>_text.txt` beside `.._labels.txt`). First without stars, by the lists
   alone; then with stars made of the labels, each text judged by what the others taught. Nothing in
   the lists was taken from these sets or fitted to them. Without FOLDER this part is skipped.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations.runner import initialise as initialise_validation
from orchestration.landing.load import LandingSettings, land
from orchestration.paths import PROJECT_DIR, DataDir
from orchestration.project import DBT
from orchestration.salt import ensure_salt

MODELS = ("+int_review_aspects__scored", "+int_reviews__scored")
STARS = {"negative": 1, "neutral": 3, "positive": 5}


@dataclass(frozen=True)
class Text:
    """A text, the set it is from, and its true label; aspects where the set names them."""

    set_name: str
    number: int
    body: str
    label: str
    aspects: tuple[tuple[str, str], ...] = ()


def hotel_sentences(path: Path) -> Iterable[Text]:
    """Sentences that praise or blame, not both and not neither; staff is service, value is price."""
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines)):
            verdicts = {name: row[name] == "1" for name in row if name.endswith("tive")}
            aspects = tuple(
                (aspect, label)
                for aspect, name in (("service", "staff"), ("price", "value"))
                for label in ("positive", "negative")
                if verdicts[f"{name}_{label}"]
            )
            if verdicts["positive"] != verdicts["negative"]:
                label = "positive" if verdicts["positive"] else "negative"
            else:
                label = "mixed" if verdicts["positive"] else "none"
            yield Text("Italian hotels", number, row["sentence"], label, aspects)


def film_sentences(path: Path) -> Iterable[Text]:
    """Sentences of film reviews, a tab and 0 or 1 after each."""
    found = re.findall(r"([^\t]+)\t([01])[\r\n]*", path.read_text(encoding="utf-8", errors="replace"))
    for number, (body, label) in enumerate(found):
        yield Text("English films", number, body, "positive" if label == "1" else "negative")


def messages(folder: Path, language: str) -> Iterable[Text]:
    """Short messages in files of texts beside files of labels: 0 negative, 1 neutral, 2 positive."""
    number = 0
    for part in ("train", "val"):
        bodies = (folder / f"{language}_{part}_text.txt").read_text(encoding="utf-8").split("\n")
        labels = (folder / f"{language}_{part}_labels.txt").read_text(encoding="utf-8").split()
        for body, label in zip(bodies, labels, strict=False):
            name = ("negative", "neutral", "positive")[int(label)]
            yield Text(f"{language.capitalize()} messages", number, body, name)
            number += 1


def public_texts(folder: Path) -> list[Text]:
    """All texts of the folder's sets that are there."""
    texts: list[Text] = []
    if (path := folder / "italian_reviews_dev.csv").exists():
        texts += hotel_sentences(path)
    if (path := folder / "english_imdb_labelled.txt").exists():
        texts += film_sentences(path)
    for language in ("italian", "english"):
        if (folder / f"{language}_train_text.txt").exists():
            texts += messages(folder, language)
    return texts


def run_dbt(data_dir: DataDir, *arguments: str) -> None:
    """Run dbt on a data directory, showing what it says only if it fails."""
    done = subprocess.run(
        (DBT, "--quiet", *arguments),
        cwd=PROJECT_DIR,
        env={**os.environ, **data_dir.environment()},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


def judge(data_dir: DataDir) -> None:
    """Land what was dropped, and build the review models on it."""
    ensure_salt(data_dir)
    initialise_validation(data_dir)
    report = land(data_dir, settings=LandingSettings(settle_seconds=0))
    if report.failed_in_part:
        raise RuntimeError(report.summary())
    run_dbt(data_dir, "build", "--no-version-check", "--exclude-resource-type", "test",
            "unit_test", "--select", *MODELS)  # fmt: skip


def drop(data_dir: DataDir, texts: Iterable[Text], with_stars: bool) -> None:
    """Put texts into the landing folder as reviews."""
    folder = data_dir.landing / "reviews" / "review"
    folder.mkdir(parents=True)
    with (folder / "texts.csv").open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(
            ["id", "platform", "created_at", "rating", "rating_scale", "title", "body", "language",
             "product_id", "order_id", "author_email", "author_name", "is_verified", "reply_at",
             "helpful_votes", "audience", "brand"]
        )  # fmt: skip
        for text in texts:
            stars = STARS.get(text.label, "") if with_stars else ""
            writer.writerow(
                [text.number, text.set_name, "2025-01-01 12:00:00", stars, 5 if stars else "", "",
                 re.sub(r"\s+", " ", text.body), *[""] * 10]
            )  # fmt: skip


Verdict = tuple[str, float, str, float]


def verdicts(data_dir: DataDir) -> dict[tuple[str, str], Verdict]:
    """By platform and number: label, sentiment, language and confidence."""
    with duckdb.connect(str(data_dir.warehouse), read_only=True) as connection:
        rows = connection.execute(
            """
            select
                platform, platform_review_id,
                sentiment_label, coalesce(sentiment, 0), scored.language, coalesce(confidence, 0)
            from intermediate.int_reviews__scored as scored
            inner join staging.stg_reviews__reviews using (review_id)
            """
        ).fetchall()
    return {(row[0], row[1]): (row[2], float(row[3]), row[4], float(row[5])) for row in rows}


def f1_by_label(pairs: list[tuple[str, str]], labels: Iterable[str]) -> float:
    """Mean over the labels of the harmonic mean of precision and recall; pairs are (true, given)."""
    scores = []
    for label in labels:
        both = sum(true == given == label for true, given in pairs)
        total = sum(true == label for true, _ in pairs) + sum(given == label for _, given in pairs)
        scores.append(2 * both / total if total else 0.0)
    return sum(scores) / len(scores)


def side(sentiment: float) -> str:
    """Which side a sentiment is on; exactly 0 is on neither."""
    return "positive" if sentiment > 0 else "negative" if sentiment < 0 else "neutral"


def report_public(texts: list[Text], found: dict[tuple[str, str], Verdict], how: str) -> None:
    """Print one line a set."""
    for name in dict.fromkeys(text.set_name for text in texts):
        of_set = [text for text in texts if text.set_name == name]
        clear = [t for t in of_set if t.label in ("positive", "negative")]
        given = {t.number: found[(name, str(t.number))] for t in of_set}
        sides = [(t.label, side(given[t.number][1])) for t in clear]
        two = ("negative", "positive")
        line = (
            f"{how:<16}{name:<18}{len(clear):>6}"
            f"{sum(a == b for a, b in sides) / len(sides):>10.3f}{f1_by_label(sides, two):>10.3f}"
            f"{sum(b == 'neutral' for _, b in sides) / len(sides):>9.3f}"
            f"{sum(given[t.number][2] == ('it' if name[0] == 'I' else 'en') for t in of_set) / len(of_set):>10.3f}"
        )
        if any(t.label == "neutral" for t in of_set):
            three = [(t.label, given[t.number][0]) for t in of_set]
            line += f"{f1_by_label(three, STARS):>12.3f}"
        print(line)


def main() -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", help="public sets of labelled texts")
    parser.add_argument("--data-dir", type=Path, help="a generated world that is built already")
    options = parser.parse_args()
    if options.folder and options.folder.is_dir():
        texts = public_texts(options.folder)
        print(f"{'':<16}{'':<18}{'texts':>6}{'accuracy':>10}{'macro F1':>10}{'neither':>9}{'language':>10}{'3 labels F1':>12}")
        for how, with_stars in (("lists alone", False), ("with stars", True)):
            with tempfile.TemporaryDirectory() as root:
                data_dir = DataDir(Path(os.environ.get("KEEP", root)) / how[:5] if os.environ.get("KEEP") else Path(root))
                if data_dir.root.exists() and os.environ.get("KEEP"): shutil.rmtree(data_dir.root)
                data_dir.root.mkdir(exist_ok=True,parents=True)
                drop(data_dir, texts, with_stars)
                judge(data_dir)
                report_public(texts, verdicts(data_dir), how)
    else:
        print("Public sets are not there: skipped. Give the folder they lie in as argument.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
