"""The session on two pages, as PDF: its course, what was noticed, and each value with its interval.

Printed for a file or read in a meeting, so it says itself what it is and what it is not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import matplotlib
from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

from agent.export.files import Exported, new_files
from agent.export.plain_words import ENGLISH as IN_ENGLISH
from agent.export.plain_words import FRENCH as IN_FRENCH
from agent.export.plain_words import SECOND_MS, PlainWords, Reasons, clock, units
from agent.export.rows import Row
from agent.export.session import MARK, ExportedSession, Progress, counted
from agent.record.timeline import PlacedRun
from agent.record.words import Words as RunWords
from agent.wire.generated import analysis_pb2 as pb

MARGIN_MM, WIDTH_MM, BOTTOM_MM = 15.0, 180.0, 280.0
LABEL_MM = 62.0  # of the lanes
LANE_MM, LINE_MM, ROW_MM = 3.9, 4.0, 3.35
MOST_LANES, MOST_MARKS, MOST_COURSES = 18, 12, 6
COURSE_MM = 21.0  # high
TICKS = 6
SHORTEST_MM = 0.4  # of an event, to be seen
COURSE_MS = 10_000
COURSE_POINTS = 180
TABLE_PT, NARROW_PT = 7.0, 6.0
INK, GREY, PALE, BLUE = (30, 34, 40), (110, 116, 124), (226, 230, 235), (24, 92, 150)
FONT = "DejaVu"
NO_SUCH_GLYPH = "\ufffd"
IN_BRACKETS = "{value} ({low} – {high}) {unit}"
STARRED = "* {label}"  # in front: the end of a long label is cut off
US_PER_S = 1e6


@dataclass(frozen=True, slots=True)
class Words:
    plain: PlainWords
    file: str
    title: str
    session: str
    patient: str
    visit: str
    age: str
    of_a_file: str
    measured: str
    measured_parts: str
    limits: str
    course: str
    seen: str
    other_kinds: str
    nothing: str
    marks: str
    more_marks: str
    courses: str
    values: str
    values_of_part: str
    columns: tuple[str, str, str]
    withheld: str
    withheld_unsaid: str
    rest: str
    made_by: str


ENGLISH = Words(
    plain=replace(
        IN_ENGLISH,
        interval=IN_BRACKETS,
        experimental=STARRED,
        units=units("eye distances", "shoulder widths", "a second", "a minute"),
    ),
    file="summary.pdf",
    title="Summary of the video consultation",
    session="Session {session}, {origin}",
    patient="patient {code}",
    visit="visit {visit}",
    age="{months} months old",
    of_a_file="of a video file",
    measured="{minutes} minutes measured.",
    measured_parts="{minutes} minutes measured, in {parts} parts.",
    limits="Movements seen by one camera, and nothing else: no diagnosis and no score of a person. "
    "What could not be measured well is not given. Research software, tried on adults' faces; how "
    "well it reads a child's is not known. An event is what a program noticed: look at the replay "
    "before you rely on one. * Experimental: too few labels made by people say how good it is.",
    course="What was noticed, and when",
    seen="Could be measured",
    other_kinds="{count} more kinds of event are in the tables.",
    nothing="No event was noticed.",
    marks="Marks",
    more_marks="{count} more marks are in the tables.",
    courses="The last ten seconds, at each moment; a gap is where they could not be measured",
    values="Values of the whole session",
    values_of_part="Values of part {part} of {parts}, from {begin} to {end}, the longest",
    columns=("What was measured", "Value, with its 95 % interval", "Measurable"),
    withheld="Not given, “{reason}”: {measures}.",
    withheld_unsaid="not measured",
    rest="{count} more values are in the tables.",
    made_by="e-PediCare {version}, measures {registry}, engine {engine}. Every value of each "
    "window, with its quality and reasons: export the tables. How each is computed: "
    "docs/measures.md.",
)
FRENCH = Words(
    plain=replace(
        IN_FRENCH,
        interval=IN_BRACKETS,
        experimental=STARRED,
        units=units("écarts des yeux", "largeurs d'épaules", "par seconde", "par minute"),
    ),
    file="resume.pdf",
    title="Résumé de la consultation vidéo",
    session="Séance {session}, {origin}",
    patient="patient {code}",
    visit="visite {visit}",
    age="{months} mois",
    of_a_file="d'un fichier vidéo",
    measured="{minutes} minutes mesurées.",
    measured_parts="{minutes} minutes mesurées, en {parts} parties.",
    limits="Des mouvements vus par une caméra, et rien d'autre : ni un diagnostic, ni un score. "
    "Ce qui n'a pas pu être bien mesuré n'est pas donné. Logiciel de recherche, essayé sur des "
    "visages d'adultes ; on ne sait pas avec quelle justesse il lit celui d'un enfant. Un "
    "événement est ce qu'un programme a remarqué : regardez la séance avant de vous y fier. "
    "* Expérimental : trop peu d'annotations humaines disent à quel point c'est juste.",
    course="Ce qui a été remarqué, et quand",
    seen="Était mesurable",
    other_kinds="{count} autres sortes d'événements sont dans les tableaux.",
    nothing="Aucun événement n'a été remarqué.",
    marks="Repères",
    more_marks="{count} autres repères sont dans les tableaux.",
    courses="Les dix dernières secondes, à chaque moment ; un trou là où ce n'était pas mesurable",
    values="Valeurs de toute la séance",
    values_of_part="Valeurs de la partie {part} sur {parts}, de {begin} à {end}, la plus longue",
    columns=("Ce qui a été mesuré", "Valeur, et son intervalle à 95 %", "Mesurable"),
    withheld="Pas donné, « {reason} » : {measures}.",
    withheld_unsaid="pas mesuré",
    rest="{count} autres valeurs sont dans les tableaux.",
    made_by="e-PediCare {version}, mesures {registry}, moteur {engine}. Chaque valeur de chaque "
    "fenêtre, avec sa qualité et ses raisons : exportez les tableaux. Comment chacune est "
    "calculée : docs/measures.md.",
)


@dataclass(slots=True)
class Course:
    """Of one measure: at each moment of the session what the ten seconds before it were."""

    ends_ms: list[int] = field(default_factory=list)
    values: list[float | None] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    whole: dict[int, dict[str, Row]]  # by run, then by measure
    courses: dict[str, Course]
    step_ms: int  # between the points of a course
    shares: dict[int, list[float]]  # of each such step, how measurable its headline measures were


def write_summary(session: ExportedSession, out_dir: Path, progress: Progress) -> list[Exported]:
    return _write(session, {words.file: words for words in (FRENCH, ENGLISH)}, out_dir, progress)


def write_summary_in(
    language: str, session: ExportedSession, path: Path, progress: Progress
) -> None:
    words = FRENCH if language == FRENCH.plain.language else ENGLISH
    _write(session, {path.name: words}, path.parent, progress)


def _write(
    session: ExportedSession, wanted: Mapping[str, Words], out_dir: Path, progress: Progress
) -> list[Exported]:
    """Each language under its file's name."""
    found = _found(session, progress)
    with new_files(out_dir) as files:
        for name, words in wanted.items():
            with files.open(name) as stream:
                stream.write(_Sheet(session, found, words).output())
    return [Exported(out_dir / name, 2, "pages") for name in wanted]


def _found(session: ExportedSession, progress: Progress) -> Found:
    """One walk over all windows: an hour has a million values."""
    courses = {measure.id: Course() for measure in session.measures if measure.headline}
    whole: dict[int, dict[str, Row]] = defaultdict(dict)
    next_ms: dict[str, int] = {}
    step_ms = max(SECOND_MS, session.end_ms // COURSE_POINTS)
    shares: dict[int, list[float]] = defaultdict(list)
    for row in counted(session.windows(), progress):
        at_ms = row["session_ms"]
        if row["window_ms"] == 0:
            whole[row["run"]][row["measure"]] = row
        elif row["measure"] not in courses:
            continue
        elif row["window_ms"] == SECOND_MS:
            shares[max(0, at_ms - 1) // step_ms].append(row["valid_fraction"] or 0.0)
        elif row["window_ms"] == COURSE_MS and at_ms >= next_ms.get(row["measure"], 0):
            next_ms[row["measure"]] = at_ms + step_ms
            course = courses[row["measure"]]
            course.ends_ms.append(at_ms)
            course.values.append(row["value"])
    return Found(whole, courses, step_ms, shares)


class _Sheet(FPDF):
    def __init__(self, session: ExportedSession, found: Found, words: Words) -> None:
        super().__init__(format="A4")
        self._session, self._found, self._words = session, found, words
        self._runs = session.timeline.runs
        self._measures = {measure.id: measure for measure in session.measures}
        self._reasons: Reasons = {
            reason.id: reason for run in session.runs for reason in run.registry.reasons
        }
        fonts = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
        self.add_font(FONT, "", fonts / "DejaVuSans.ttf")
        self._glyphs = frozenset(self.fonts[FONT.lower()].cmap)  # type: ignore[union-attr]
        self.add_font(FONT, "B", fonts / "DejaVuSans-Bold.ttf")
        self.c_margin = 0
        self.set_margins(MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(False)
        self.set_title(self._said(words.title))
        self.set_lang(words.plain.language)
        self.add_page()
        self._head()
        self._lanes()
        self._marks()
        self._courses()
        self.add_page()
        self._values()

    def footer(self) -> None:
        self.set_y(BOTTOM_MM + 6)
        self._style(7, GREY)
        self.cell(WIDTH_MM - 10, 4, self._said(self._session_line))
        self.cell(10, 4, f"{self.page_no()}/2", align="R")

    @property
    def _session_line(self) -> str:
        origin = self._words.of_a_file
        if self._session.provenance.source != "file":
            first = self._session.runs[0]
            started_us = RunWords(first).time_us(first.provenance.timing.published_unix_us)
            day = datetime.fromtimestamp((started_us or 0) / US_PER_S, UTC)
            origin = f"{day:%d/%m/%Y}" if self._words.plain.language == "fr" else f"{day:%Y-%m-%d}"
        return self._words.session.format(session=self._session.id, origin=origin)

    def _said(self, text: str) -> str:
        """In one line, of what the font can show: a mark may hold anything."""
        shown = (c if ord(c) in self._glyphs else NO_SUCH_GLYPH for c in " ".join(text.split()))
        return self._words.plain.printed("".join(shown))

    def _style(
        self, size_pt: float, ink: tuple[int, int, int] = INK, *, bold: bool = False
    ) -> None:
        self.set_font(FONT, "B" if bold else "", size_pt)
        self.set_text_color(*ink)

    def _line(self, text: str, size_pt: float, *, bold: bool = False, above_mm: float = 0) -> None:
        self.set_y(self.get_y() + above_mm)
        self._style(size_pt, bold=bold)
        self.multi_cell(
            WIDTH_MM,
            size_pt * 0.5,
            self._said(text),
            align="L",
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )

    def _head(self) -> None:
        words, session = self._words, self._session
        self._line(words.title, 16, bold=True)
        facts = [self._session_line]
        visit = session.visit_facts
        if code := visit.get("patient_code"):
            facts.append(words.patient.format(code=code))
        if number := visit.get("visit_number"):
            facts.append(words.visit.format(visit=number))
        if months := visit.get("age_months"):
            facts.append(words.age.format(months=months))
        measured_ms = sum(placed.to_ms - placed.from_ms for placed in self._runs)
        minutes = words.plain.minutes(measured_ms)
        measured = words.measured if len(self._runs) == 1 else words.measured_parts
        told = ", ".join(facts) + ". " + measured.format(minutes=minutes, parts=len(self._runs))
        self._line(told, 9, above_mm=1)
        self._line(words.limits, 8, above_mm=1.5)

    def _at_mm(self, t_ms: float) -> float:
        """From the left edge of the page to a moment of the session in the lanes."""
        end_ms = max(1, self._session.end_ms)
        return MARGIN_MM + LABEL_MM + (WIDTH_MM - LABEL_MM) * min(1.0, max(0.0, t_ms / end_ms))

    def _lanes(self) -> None:
        words = self._words
        self._line(words.course, 11, bold=True, above_mm=4)
        self.set_y(self.get_y() + 1)
        top_mm = self.get_y()
        self._measurable_lane()
        times = Counter(event.kind.id for event in self._session.events)
        kinds = [kind for kind in self._session.kinds if kind.id != MARK and times[kind.id]]
        kinds.sort(key=lambda kind: -times[kind.id])
        for kind in kinds[:MOST_LANES]:
            self._lane_label(f"{words.plain.named(kind)} · {times[kind.id]}")
            self.set_fill_color(*BLUE)
            for event in self._session.events:
                if event.kind.id == kind.id:
                    self._bar(event.onset_ms, event.offset_ms)
            self.set_y(self.get_y() + LANE_MM)
        self._grid(top_mm)
        if not kinds:
            self._line(words.nothing, 8)
        elif len(kinds) > MOST_LANES:
            self._line(words.other_kinds.format(count=len(kinds) - MOST_LANES), 8)

    def _measurable_lane(self) -> None:
        """The darker, the more of the headline measures could be measured."""
        self._lane_label(self._words.seen)
        step_ms = self._found.step_ms
        for step, shares in self._found.shares.items():
            dark = sum(shares) / len(shares)
            self.set_fill_color(*(round(255 - (255 - ink) * dark) for ink in GREY))
            self._bar(step * step_ms, (step + 1) * step_ms)
        self.set_y(self.get_y() + LANE_MM)

    def _lane_label(self, text: str) -> None:
        self.set_x(MARGIN_MM)
        self._style(7.5)
        self.cell(LABEL_MM - 2, LANE_MM, self._fitted(text, LABEL_MM - 2))

    def _fitted(self, text: str, width_mm: float) -> str:
        said = self._said(text)
        while len(said) > 1 and self.get_string_width(said) > width_mm:
            said = said[:-2].rstrip() + "…"
        return said

    def _bar(self, from_ms: float, to_ms: float) -> None:
        left_mm, right_mm = self._at_mm(from_ms), self._at_mm(to_ms)
        width_mm = max(SHORTEST_MM, right_mm - left_mm)
        self.rect(left_mm, self.get_y() + 0.6, width_mm, LANE_MM - 1.2, style="F")

    def _grid(self, top_mm: float) -> None:
        """Times below the lanes, a fine line at each, and what was not kept or not analysed."""
        bottom_mm = self.get_y()
        self.set_draw_color(*PALE)
        self.set_line_width(0.15)
        self._style(7, GREY)
        step_ms = _step_ms(self._session.end_ms)
        for t_ms in range(0, self._session.end_ms + 1, step_ms):
            x_mm = self._at_mm(t_ms)
            self.line(x_mm, top_mm, x_mm, bottom_mm)
            self.set_xy(x_mm - 8, bottom_mm)
            self.cell(16, LINE_MM, clock(t_ms), align="C")
        self.set_fill_color(*PALE)
        for gap in self._session.gaps:
            left_mm = self._at_mm(gap.from_ms)
            self.rect(left_mm, top_mm, self._at_mm(gap.to_ms) - left_mm, bottom_mm - top_mm, "F")
        self.set_y(bottom_mm + LINE_MM)

    def _marks(self) -> None:
        marks = [event for event in self._session.events if event.kind.id == MARK]
        if not marks:
            return
        self._line(self._words.marks, 9, bold=True, above_mm=2)
        self._style(8)
        for mark in marks[:MOST_MARKS]:
            told = f"{clock(mark.onset_ms)}  {mark.label}"
            self.cell(
                WIDTH_MM, LINE_MM, self._fitted(told, WIDTH_MM), new_x=XPos.LMARGIN, new_y=YPos.NEXT
            )
        if len(marks) > MOST_MARKS:
            self._line(self._words.more_marks.format(count=len(marks) - MOST_MARKS), 8)

    def _courses(self) -> None:
        """Two beside each other, below what else the page holds."""
        drawn = [
            (self._measures[name], course)
            for name, course in self._found.courses.items()
            if any(value is not None for value in course.values)
        ][:MOST_COURSES]
        if not drawn:
            return
        self._line(self._words.courses, 9, bold=True, above_mm=3)
        top_mm, width_mm = self.get_y() + 1, WIDTH_MM / 2 - 4
        for place, (measure, course) in enumerate(drawn):
            left_mm = MARGIN_MM + (place % 2) * (width_mm + 8)
            y_mm = top_mm + (place // 2) * (COURSE_MM + 2)
            if y_mm + COURSE_MM <= BOTTOM_MM:
                self._course(measure, course, left_mm, y_mm, width_mm)

    def _course(
        self, measure: pb.MeasureInfo, course: Course, left_mm: float, y_mm: float, width_mm: float
    ) -> None:
        plain = self._words.plain
        known = [value for value in course.values if value is not None]
        low, high = min(known), max(known)
        unit = plain.units.get(measure.unit, measure.unit)
        ends = dict.fromkeys(plain.number(value, measure.decimals) for value in (low, high))
        label = f"{plain.named(measure)} · {' – '.join(ends)} {unit}"
        self._style(7.5)
        self.set_xy(left_mm, y_mm)
        self.cell(width_mm, LINE_MM, self._fitted(label, width_mm))
        plot_mm, height_mm = y_mm + LINE_MM + 0.5, COURSE_MM - LINE_MM - 1.5
        self.set_draw_color(*PALE)
        self.set_line_width(0.2)
        self.rect(left_mm, plot_mm, width_mm, height_mm)
        self.set_draw_color(*BLUE)
        self.set_fill_color(*BLUE)
        self.set_line_width(0.35)
        end_ms, before = max(1, self._session.end_ms), None
        for at_ms, value in zip(course.ends_ms, course.values, strict=True):
            if value is None:
                before = None
                continue
            x_mm = left_mm + width_mm * min(1.0, at_ms / end_ms)
            up = (value - low) / (high - low) if high > low else 0.5
            here = x_mm, plot_mm + 1 + (height_mm - 2) * (1 - up)
            if before is None:
                self.circle(*here, 0.3, style="F")
            else:
                self.line(*before, *here)
            before = here

    def _values(self) -> None:
        words = self._words
        longest = max(self._runs, key=lambda placed: placed.to_ms - placed.from_ms, default=None)
        self._line(self._values_heading(longest), 11, bold=True)
        rows = self._found.whole.get(longest.run.provenance.run, {}) if longest else {}
        given = [row for row in rows.values() if row["value"] is not None]
        withheld = [row for row in rows.values() if row["value"] is None]
        told = self._told_withheld(withheld)
        below_mm = self._height_mm([*told, self._made_by]) + 4
        widths = 92.0, 70.0, 18.0
        self.set_y(self.get_y() + 1)
        self._table_row([self._said(column) for column in words.columns], widths, bold=True)
        room = int((BOTTOM_MM - below_mm - self.get_y()) / ROW_MM)
        for row in given[:room]:
            measure = self._measures[row["measure"]]
            cells = words.plain.named(measure), words.plain.value(row, measure)
            self._table_row([*cells, words.plain.share(row)], widths)
        if len(given) > room:
            self._line(words.rest.format(count=len(given) - room), 7)
        for text in [*told, self._made_by]:
            self._line(text, 7, above_mm=1)

    def _values_heading(self, longest: PlacedRun | None) -> str:
        if longest is None or len(self._runs) == 1:
            return self._words.values
        return self._words.values_of_part.format(
            part=self._runs.index(longest) + 1,
            parts=len(self._runs),
            begin=clock(longest.from_ms),
            end=clock(longest.to_ms),
        )

    def _told_withheld(self, withheld: Sequence[Row]) -> list[str]:
        """By their first reason, the most frequent first."""
        words, groups = self._words, defaultdict[str, list[str]](list)
        for row in withheld:
            why = words.plain.why_withheld(row, self._reasons)
            label = words.plain.of(self._measures[row["measure"]].label)
            groups[why[0] if why else words.withheld_unsaid].append(label)
        ordered = sorted(groups.items(), key=lambda group: -len(group[1]))
        return [
            words.withheld.format(reason=reason, measures="; ".join(labels))
            for reason, labels in ordered
        ]

    @property
    def _made_by(self) -> str:
        facts = self._session.facts
        return self._words.made_by.format(
            version=facts["code_version"],
            registry=facts["registry_hash"][:12],
            engine=facts["engine"],
        )

    def _height_mm(self, texts: Sequence[str]) -> float:
        """Of so many paragraphs at the end of the page."""
        self._style(7)
        lines = 0
        for text in texts:
            told = self.multi_cell(
                WIDTH_MM, 3.5, self._said(text), dry_run=True, output=MethodReturnValue.LINES
            )
            lines += len(told) if isinstance(told, list) else 1
        return len(texts) + 3.5 * lines

    def _table_row(
        self, cells: Sequence[str], widths: Sequence[float], *, bold: bool = False
    ) -> None:
        self.set_draw_color(*PALE)
        self.set_line_width(0.15)
        self.set_x(MARGIN_MM)
        for text, width_mm in zip(cells, widths, strict=True):
            self._style(TABLE_PT, bold=bold)
            if self.get_string_width(self._said(text)) > width_mm:
                self._style(NARROW_PT, bold=bold)
            self.cell(width_mm, ROW_MM, self._fitted(text, width_mm), border="B")
        self.ln(ROW_MM)


def _step_ms(end_ms: int) -> int:
    """Between times below the lanes: a round number of seconds or minutes."""
    for step_s in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600):
        if step_s * SECOND_MS * TICKS >= end_ms:
            return step_s * SECOND_MS
    return end_ms // TICKS
