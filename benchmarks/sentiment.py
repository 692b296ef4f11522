"""How well texts are understood: `python benchmarks/sentiment.py [FOLDER]`.

Lands texts whose truth is known as reviews and has dbt build the review models on them: what is
measured is the SQL of the warehouse, not a copy. Each set is judged without stars, by the lists
alone, and with stars to learn from. A text's verdict never uses its author's own stars, so with
stars, too, every text is kept out of what it is judged by.

FOLDER holds public sets of labelled texts, which are no part of this project:
`italian_reviews_dev.csv` (sentences of hotel reviews, with verdicts on staff and value),
`english_imdb_labelled.txt` (sentences of film reviews) and short messages
(`<language>_train_text.txt` beside `.._labels.txt`). Their labels stand in for stars. Some
settings were chosen with these scores in view. Without FOLDER they are skipped.

The generated world comes last: its reviews have stars of their own, a label that is hidden from the
warehouse, and the aspects that were meant. Once more, stars are left on one half of the reviews,
and the other half is measured. `--data-dir` names a built world; without it a new one is made.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from expectations.runner import initialise as initialise_validation
from viaggio.landing.load import LandingSettings, land
from viaggio.workspace.dbt_project import DBT
from viaggio.workspace.paths import PROJECT_DIR, DataDir
from viaggio.workspace.salt import ensure_salt
from viaggio.workspace.sql import file_to_read, file_to_write

SIDES = ("negative", "positive")
LABELS = ("negative", "neutral", "positive")
STARS = {"negative": 1.0, "neutral": 3.0, "positive": 5.0}
LANGUAGES = {"Italian": "it", "English": "en"}


@dataclass(frozen=True)
class Text:
    """A text with its truth. `label` is empty where it has none (praise and blame, or neither)."""

    set_name: str
    text_id: str
    body: str
    label: str
    language: str
    title: str = ""
    stars: float | None = None
    scale: float = 5.0
    aspects: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What the warehouse made of a text."""

    label: str
    sentiment: float
    language: str
    confidence: float
    aspects: dict[str, str]

    @property
    def side(self) -> str:
        """Which side of 0 it is on; `neither` where nothing spoke, or as much for as against."""
        return "positive" if self.sentiment > 0 else "negative" if self.sentiment < 0 else "neither"


Found = dict[tuple[str, str], Verdict]


def hotel_sentences(path: Path) -> Iterable[Text]:
    """Sentences that praise or blame; staff is the aspect service, value the aspect price."""
    with path.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.DictReader(lines)):
            sides = [side for side in SIDES if row[side] == "1"]
            aspects = {
                aspect: side
                for aspect, name in (("service", "staff"), ("price", "value"))
                for side in SIDES
                if row[f"{name}_{side}"] == "1"
            }
            label = sides[0] if len(sides) == 1 else ""
            yield Text("Italian hotels", str(number), row["sentence"], label, "it",
                       stars=STARS.get(label), aspects=aspects)  # fmt: skip


def film_sentences(path: Path) -> Iterable[Text]:
    """Sentences of film reviews, a tab and 0 or 1 after each."""
    text = path.read_text(encoding="utf-8", errors="replace")
    for number, (body, one) in enumerate(re.findall(r"([^\t]+)\t([01])[\r\n]*", text)):
        label = SIDES[int(one)]
        yield Text("English films", str(number), body, label, "en", stars=STARS[label])


def messages(folder: Path, name: str) -> Iterable[Text]:
    """Short messages, in files beside files of labels: 0 negative, 1 neutral, 2 positive."""
    for part in ("train", "val"):
        bodies = (folder / f"{name}_{part}_text.txt").read_text(encoding="utf-8").split("\n")
        labels = (folder / f"{name}_{part}_labels.txt").read_text(encoding="utf-8").split()
        for number, (body, one) in enumerate(zip(bodies, labels, strict=False)):
            label, language = LABELS[int(one)], LANGUAGES[name.capitalize()]
            yield Text(f"{name.capitalize()} messages", f"{part}{number}", body, label, language,
                       stars=STARS[label])  # fmt: skip


def public_texts(folder: Path) -> list[Text]:
    """All texts of the sets that are in the folder."""
    texts: list[Text] = []
    if (path := folder / "italian_reviews_dev.csv").exists():
        texts += hotel_sentences(path)
    if (path := folder / "english_imdb_labelled.txt").exists():
        texts += film_sentences(path)
    for name in ("italian", "english"):
        if (folder / f"{name}_train_text.txt").exists():
            texts += messages(folder, name)
    return texts


def run(data_dir: DataDir, *command: str) -> None:
    """Run a command on a data directory, showing what it says only if it fails."""
    done = subprocess.run(
        command,
        cwd=PROJECT_DIR,
        env={**os.environ, **data_dir.environment()},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


def land_and_build(data_dir: DataDir, *selection: str) -> None:
    """Land what was dropped and build the selected models, with the seeds they read."""
    ensure_salt(data_dir)
    initialise_validation(data_dir)
    report = land(data_dir, settings=LandingSettings(settle_seconds=0))
    if report.failed_in_part:
        raise RuntimeError(report.summary())
    run(
        data_dir,
        *(DBT, "--quiet", "build", "--no-version-check", "--select", *selection),
        *("--exclude-resource-type", "test", "unit_test"),
    )


def world_texts(data_dir: DataDir) -> list[Text]:
    """The reviews of a generated world, with the truth it keeps beside them."""
    with duckdb.connect() as connection:
        connection.execute(f"attach {file_to_write(data_dir.warehouse)} as warehouse (read_only)")
        rows = connection.execute(
            f"""
            with aspects as (
                select id, map_from_entries(list((aspect, sentiment))) as aspects
                from {file_to_read(data_dir.truth / "review_aspect.parquet")}
                group by id
            )
            select
                truth.platform || '|' || truth.id, reviews.title, reviews.body, reviews.rating,
                reviews.rating_scale, truth.sentiment_label, truth.language, aspects.aspects
            from {file_to_read(data_dir.truth / "review.parquet")} as truth
            inner join warehouse.staging.stg_reviews__reviews as reviews
                on truth.platform = reviews.platform and truth.id = reviews.platform_review_id
            left join aspects on truth.id = aspects.id
            order by 1
            """
        ).fetchall()
    return [
        Text("The world", text_id, body, label, language, title or "", stars, scale,
             {aspect: LABELS[sign + 1] for aspect, sign in (aspects or {}).items()})
        for text_id, title, body, stars, scale, label, language, aspects in rows
    ]  # fmt: skip


def new_world(data_dir: DataDir, persons: int, days: int) -> list[Text]:
    """The reviews of a world made for this."""
    run(
        data_dir,
        *(sys.executable, "-m", "sample_data"),
        *("--persons", str(persons), "--days", str(days)),
    )
    land_and_build(data_dir, "+stg_reviews__reviews")
    return world_texts(data_dir)


def judge(texts: Iterable[Text], teaches: Callable[[Text], bool]) -> Found:
    """What the warehouse makes of texts, given the stars of those that teach."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = DataDir(Path(folder))
        landing = data_dir.landing / "reviews" / "review"
        landing.mkdir(parents=True)
        with (landing / "texts.csv").open("w", encoding="utf-8", newline="") as lines:
            writer = csv.writer(lines)
            writer.writerow(
                ["id", "platform", "created_at", "rating", "rating_scale", "title", "body",
                 "language", "product_id", "order_id", "author_email", "author_name",
                 "is_verified", "reply_at", "helpful_votes", "audience", "brand"]
            )  # fmt: skip
            for text in texts:
                stars = [text.stars, text.scale] if text.stars and teaches(text) else ["", ""]
                body = re.sub(r"\s+", " ", text.body)
                row = [text.text_id, text.set_name, "2025-01-01 12:00:00", *stars, text.title, body]
                writer.writerow([*row, *[""] * 10])
        land_and_build(data_dir, "+int_reviews__scored", "+int_review_aspects__scored")
        return verdicts(data_dir)


def verdicts(data_dir: DataDir) -> Found:
    """What the warehouse made of each text, by set and id."""
    with duckdb.connect(str(data_dir.warehouse), read_only=True) as connection:
        rows = connection.execute(
            """
            with aspects as (
                select
                    review_id,
                    map_from_entries(list((aspect, sentiment::double))) as aspects
                from intermediate.int_review_aspects__scored
                group by review_id
            )
            select
                platform, platform_review_id, coalesce(sentiment_label, 'neutral'),
                coalesce(sentiment, 0)::double, scored.language, coalesce(confidence, 0)::double,
                aspects
            from intermediate.int_reviews__scored as scored
            inner join staging.stg_reviews__reviews using (review_id)
            left join aspects using (review_id)
            """
        ).fetchall()

    def side(sentiment: float) -> str:
        return "positive" if sentiment > 0 else "negative" if sentiment < 0 else "neutral"

    return {
        (row[0], row[1]): Verdict(
            *row[2:6], aspects={name: side(value) for name, value in (row[6] or {}).items()}
        )
        for row in rows
    }


def macro_f1(pairs: list[tuple[str, str]], labels: Iterable[str]) -> float:
    """Mean over labels of 2 x right / (true + given); pairs are (true, given)."""
    scores = []
    for label in labels:
        right = sum(true == given == label for true, given in pairs)
        total = sum((true == label) + (given == label) for true, given in pairs)
        scores.append(2 * right / total if total else 0.0)
    return sum(scores) / len(scores)


def share(values: Iterable[bool]) -> float:
    """Share that is true."""
    listed = list(values)
    return sum(listed) / len(listed) if listed else float("nan")


def show_labels(how: str, texts: list[Text], found: Found) -> None:
    """One line a set: how often side, label and language are right."""
    for name in dict.fromkeys(text.set_name for text in texts):
        judged = [(t, found[name, t.text_id]) for t in texts if t.set_name == name]
        sides = [(t.label, v.side) for t, v in judged if t.label in SIDES]
        line = (
            f"{how:<24}{name:<18}{len(sides):>6}{share(a == b for a, b in sides):>10.3f}"
            f"{macro_f1(sides, SIDES):>10.3f}{share(b == 'neither' for _, b in sides):>9.3f}"
            f"{share(t.language == v.language for t, v in judged):>10.3f}"
        )
        if any(t.label == "neutral" for t, _ in judged):
            labels = [(t.label, v.label) for t, v in judged]
            line += f"{share(a == b for a, b in labels):>10.3f}{macro_f1(labels, LABELS):>10.3f}"
            surest = sorted(judged, key=lambda pair: -pair[1].confidence)[: len(judged) // 2]
            line += f"{share(t.label == v.label for t, v in surest):>10.3f}"
        print(line, flush=True)


def show_aspects(name: str, texts: list[Text], found: Found) -> None:
    """One line an aspect: how often it is seen where it is, and what is thought of it."""
    judged = [(t, found[name, t.text_id]) for t in texts if t.set_name == name]
    print(f"\n{name + ', aspects':<24}{'true':>8}{'found':>8}{'precision':>11}{'recall':>9}"
          f"{'side right':>12}")  # fmt: skip
    for aspect in sorted({aspect for t, _ in judged for aspect in t.aspects}):
        true = [(t, v) for t, v in judged if aspect in t.aspects]
        given = sum(aspect in v.aspects for _, v in judged)
        both = [(t.aspects[aspect], v.aspects[aspect]) for t, v in true if aspect in v.aspects]
        sides = [(a, b) for a, b in both if a in SIDES]
        print(
            f"{aspect:<24}{len(true):>8}{given:>8}{len(both) / max(given, 1):>11.3f}"
            f"{len(both) / len(true):>9.3f}{share(a == b for a, b in sides):>12.3f}"
        )


def main() -> int:
    """Measure and print; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", help="public sets of labelled texts")
    parser.add_argument("--data-dir", type=Path, help="a generated world that is built already")
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--days", type=int, default=180)
    options = parser.parse_args()

    print(
        f"{'':<42}{'two sides, texts that take one':<35}{'':<10}{'three labels':<20}{'surest':>10}"
    )
    print(f"{'':<42}{'texts':>6}{'accuracy':>10}{'macro F1':>10}{'neither':>9}{'language':>10}"
          f"{'accuracy':>10}{'macro F1':>10}{'half':>10}")  # fmt: skip
    texts = public_texts(options.folder) if options.folder and options.folder.is_dir() else []
    if texts:
        found = judge(texts, lambda _: False)
        show_labels("lists alone", texts, found)
        show_labels("and all others' stars", texts, judge(texts, lambda _: True))
    else:
        print(
            "Public sets of labelled texts are not there, skipped: give their folder as argument."
        )

    with tempfile.TemporaryDirectory() as folder:
        if options.data_dir:
            world = world_texts(DataDir(options.data_dir))
        else:
            world = new_world(DataDir(Path(folder)), options.persons, options.days)
    half = {text.text_id for text in world[::2]}
    show_labels("lists alone", world, judge(world, lambda _: False))
    show_labels(
        "and stars of one half",
        [text for text in world if text.text_id not in half],
        judge(world, lambda text: text.text_id in half),
    )
    by_others = judge(world, lambda _: True)
    show_labels("and all others' stars", world, by_others)
    if any(text.set_name == "Italian hotels" for text in texts):
        show_aspects("Italian hotels", texts, found)
    show_aspects("The world", world, by_others)
    return 0


if __name__ == "__main__":
    sys.exit(main())
