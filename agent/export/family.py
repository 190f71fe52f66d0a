"""What is kept of a session, for the family that asks for it: two pages that any browser shows, in
English and in French, and the tables that they speak of, which any spreadsheet program opens.

The right of access: GDPR, article 15, "in a commonly used electronic form".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from agent.export.files import Exported, new_files
from agent.export.format import Format
from agent.export.plain_words import ENGLISH as IN_ENGLISH
from agent.export.plain_words import FRENCH as IN_FRENCH
from agent.export.plain_words import PlainWords, Reasons, clock
from agent.export.rows import Row
from agent.export.session import MARK, ExportedSession, Progress
from agent.export.tables import tables_into
from agent.wire.generated import analysis_pb2 as pb

HEAD = (
    '<!doctype html><html lang="{language}"><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    'style-src \'unsafe-inline\'"><meta name="viewport" content="width=device-width">'
    "<title>{title}</title><style>"
    ":root {{ color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif; }} "
    "body {{ max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }} "
    "table {{ border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }} "
    "th, td {{ text-align: left; vertical-align: top; padding: .3rem .5rem; "
    "border-bottom: 1px solid #8886; }}</style>"
)


@dataclass(frozen=True, slots=True)
class Words:
    plain: PlainWords
    file: str
    title: str
    what: str
    part: str
    columns: tuple[str, str, str]
    withheld: str
    withheld_unsaid: str
    events: str
    marks: str
    files: str
    tables: tuple[tuple[str, str], ...]
    limits: str
    rights: str

    def said(self, text: str) -> str:
        return escape(self.plain.printed(text))


ENGLISH = Words(
    IN_ENGLISH,
    "read-me.html",
    "What is kept of the video consultation",
    "While you spoke with your practitioner, a program looked at your child's camera and measured "
    "movements. These measurements are all that is kept of it: no picture and no sound. The "
    "consultation is kept under the code {session}.",
    "Part {run}: {minutes} minutes",
    ("What was measured", "Value", "Could be measured"),
    "not given: {reasons}",
    "not given",
    "How often the program noticed something",
    "What your practitioner marked",
    "The files beside this page",
    (
        ("events.csv", "each thing that was noticed or marked, with its time"),
        ("windows.csv", "each value over the last second, ten seconds, minute, and in all"),
        ("frames.csv", "each value on each picture that was looked at"),
        ("columns.csv", "what each column of these tables means, and its unit"),
    ),
    "A value says how somebody moved in front of the camera, and nothing else: it is no diagnosis "
    "and no mark. Values are not given where too little could be seen. The program is research "
    "software and was tried on adults' faces; how well it reads a child's is not known. "
    "Experimental: too little has been compared with what people saw to say how good the value is.",
    "You may ask at any time that all of this be erased.",
)
FRENCH = Words(
    IN_FRENCH,
    "lisez-moi.html",
    "Ce qui est conservé de la consultation vidéo",
    "Pendant votre échange, un programme a regardé la caméra de votre enfant et a mesuré des "
    "mouvements. Ces mesures sont tout ce qui en est conservé : aucune image, aucun son. La "
    "consultation est conservée sous le code {session}.",
    "Partie {run} : {minutes} minutes",
    ("Ce qui a été mesuré", "Valeur", "Était mesurable"),
    "non donnée : {reasons}",
    "non donnée",
    "Combien de fois le programme a remarqué quelque chose",
    "Ce qui a été noté pendant la consultation",
    "Les fichiers à côté de cette page",
    (
        ("events.csv", "tout ce qui a été remarqué ou noté, avec son moment"),
        ("windows.csv", "chaque valeur sur la dernière seconde, dix secondes, minute, et en tout"),
        ("frames.csv", "chaque valeur sur chaque image regardée"),
        ("columns.csv", "ce que veut dire chaque colonne de ces tableaux, et son unité"),
    ),
    "Une valeur dit comment quelqu'un a bougé devant la caméra, et rien d'autre : ce n'est ni un "
    "diagnostic, ni une note. Une valeur n'est pas donnée quand trop peu était visible. C'est un "
    "logiciel de recherche, essayé sur des visages d'adultes ; on ne sait pas avec quelle "
    "justesse il lit celui d'un enfant. Expérimental : trop peu a été comparé à ce que des "
    "personnes ont vu pour dire si la valeur est bonne.",
    "Vous pouvez demander à tout moment que tout cela soit effacé.",
)


def write_family(session: ExportedSession, out_dir: Path, progress: Progress) -> list[Exported]:
    exported = []
    whole = [row for row in session.windows() if row["window_ms"] == 0]
    with new_files(out_dir) as files:
        for words in (FRENCH, ENGLISH):
            with files.text(words.file) as stream:
                stream.write("\n".join(_page(session, whole, words)))
            exported.append(Exported(out_dir / words.file, len(whole), "values"))
        exported += tables_into(files, session, Format.CSV, progress)
    return exported


def _page(session: ExportedSession, whole: list[Row], words: Words) -> Iterator[str]:
    said = words.said
    title = said(words.title)
    yield HEAD.format(language=words.plain.language, title=title) + f"<h1>{title}</h1>"
    yield f"<p>{said(words.what.format(session=session.id))}</p><p>{said(words.limits)}</p>"
    measures = {measure.id: measure for measure in session.measures}
    reasons = {reason.id: reason for run in session.runs for reason in run.registry.reasons}
    for placed in session.timeline.runs:
        run = placed.run.provenance.run
        minutes = words.plain.minutes(placed.to_ms - placed.from_ms)
        yield f"<h2>{said(words.part.format(run=run, minutes=minutes))}</h2><table>"
        yield _row("th", words.columns, words)
        for row in whole:
            if row["run"] == run:
                yield _row("td", _cells(row, measures[row["measure"]], reasons, words), words)
        yield "</table>"
    yield f"<h2>{said(words.events)}</h2>"
    yield from _events(session, words)
    yield f"<h2>{said(words.files)}</h2><ul>"
    yield from (f"<li>{name}: {said(meaning)}</li>" for name, meaning in words.tables)
    yield f"</ul><p>{said(words.rights)}</p></html>"


def _events(session: ExportedSession, words: Words) -> Iterator[str]:
    times = Counter(event.kind.id for event in session.events)
    yield "<table>"
    for kind in session.kinds:
        if kind.id != MARK:
            yield _row("td", (words.plain.named(kind), str(times[kind.id])), words)
    yield "</table>"
    if marks := [event for event in session.events if event.kind.id == MARK]:
        yield f"<h2>{words.said(words.marks)}</h2><ul>"
        yield from (f"<li>{clock(mark.onset_ms)} {escape(mark.label)}</li>" for mark in marks)
        yield "</ul>"


def _cells(
    row: Row, measure: pb.MeasureInfo, reasons: Reasons, words: Words
) -> tuple[str, str, str]:
    plain = words.plain
    label, seen = plain.named(measure), plain.share(row)
    if row["value"] is not None:
        return label, plain.value(row, measure), seen
    why = plain.why_withheld(row, reasons)
    told = words.withheld.format(reasons="; ".join(why)) if why else words.withheld_unsaid
    return label, told, seen


def _row(kind: str, cells: Iterable[str], words: Words) -> str:
    return "<tr>" + "".join(f"<{kind}>{words.said(cell)}</{kind}>" for cell in cells) + "</tr>"
