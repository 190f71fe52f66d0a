"""An annotation document for ELAN (EAF 2.8): a tier for each kind of event, one for marks.

Beside them stand the stretches in which a measure could not tell whether its events happened, and
those of which nothing is known. Times are the session's; a video is linked with its offset.
"""

from __future__ import annotations

import mimetypes
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

from agent.export.files import Exported, new_files
from agent.export.session import MARK, ExportedSession, Progress, SessionEvent, lane_name, lanes
from agent.record.words import evidence

XSI = "http://www.w3.org/2001/XMLSchema-instance"
ElementTree.register_namespace("xsi", XSI)
POINT_MS = 40  # an annotation has a length: that of a mark, and of an event that took no time
EVENTS, MARKS, UNMEASURED, UNKNOWN = "event", "mark", "not measurable", "not recorded"
TYPES = (EVENTS, MARKS, UNMEASURED, UNKNOWN)
NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
CLOCK = "ms of the session's own line of time, as session_ms in the tables; 0 is its first picture"


@dataclass(frozen=True, slots=True)
class Annotation:
    from_ms: int
    to_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Tier:
    name: str
    type: str
    annotations: list[Annotation]


def write_elan(session: ExportedSession, out_dir: Path, progress: Progress) -> list[Exported]:
    name = f"{session.id}.eaf"
    tiers = list(_tiers(session))
    document = _document(session, tiers, out_dir)
    with new_files(out_dir) as files, files.open(name) as stream:
        _keep_to_xml(document)
        ElementTree.indent(document)
        ElementTree.ElementTree(document).write(stream, "UTF-8", xml_declaration=True)
    count = sum(len(tier.annotations) for tier in tiers)
    return [Exported(out_dir / name, count, "annotations")]


def _tiers(session: ExportedSession) -> Iterator[Tier]:
    """A kind of which nothing happened has its tier, too: it was looked for."""
    found = lanes(session.events, POINT_MS)
    for kind in session.kinds:
        used = sorted(lane for named, lane in found if named == kind.id)
        for lane in used or [1]:
            annotations = [_annotation(event) for event in found.get((kind.id, lane), [])]
            yield Tier(lane_name(kind.id, lane), MARKS if kind.id == MARK else EVENTS, annotations)
    by_measure: dict[str, list[Annotation]] = {}
    for stretch in session.unmeasured:
        annotation = Annotation(stretch.from_ms, stretch.to_ms, stretch.notes)
        by_measure.setdefault(stretch.measure, []).append(annotation)
    for measure, annotations in by_measure.items():
        yield Tier(f"{measure}: not measurable", UNMEASURED, annotations)
    gaps = [Annotation(g.from_ms, g.to_ms, g.reason) for g in session.gaps if g.to_ms > g.from_ms]
    yield Tier(UNKNOWN, UNKNOWN, gaps)


def _annotation(event: SessionEvent) -> Annotation:
    to_ms = event.offset_ms if event.offset_ms > event.onset_ms else event.onset_ms + POINT_MS
    return Annotation(event.onset_ms, to_ms, event.words)


def _document(session: ExportedSession, tiers: list[Tier], out_dir: Path) -> ElementTree.Element:
    root = ElementTree.Element(
        "ANNOTATION_DOCUMENT",
        {
            "AUTHOR": f"e-PediCare {session.facts['code_version']}",
            "DATE": datetime.now(UTC).isoformat(timespec="seconds"),
            "FORMAT": "2.8",
            "VERSION": "2.8",
            f"{{{XSI}}}noNamespaceSchemaLocation": "http://www.mpi.nl/tools/elan/EAFv2.8.xsd",
        },
    )
    root.append(_header(session, out_dir))
    order = ElementTree.SubElement(root, "TIME_ORDER")
    slots = _time_slots(order, [a for tier in tiers for a in tier.annotations])
    for tier in tiers:
        facts = {"TIER_ID": tier.name, "LINGUISTIC_TYPE_REF": tier.type}
        element = ElementTree.SubElement(root, "TIER", facts)
        for annotation in tier.annotations:
            element.append(_element(annotation, *next(slots)))
    for name in TYPES:
        ElementTree.SubElement(
            root,
            "LINGUISTIC_TYPE",
            {"LINGUISTIC_TYPE_ID": name, "TIME_ALIGNABLE": "true", "GRAPHIC_REFERENCES": "false"},
        )
    return root


def _time_slots(
    order: ElementTree.Element, annotations: list[Annotation]
) -> Iterator[tuple[int, str, str]]:
    """Each annotation's number and two slots: none is shared, so that moving one moves no other."""
    ends = sorted(
        (t_ms, end, number)
        for number, annotation in enumerate(annotations, 1)
        for end, t_ms in enumerate((annotation.from_ms, annotation.to_ms))
    )
    slots: dict[tuple[int, int], str] = {}
    for place, (t_ms, end, number) in enumerate(ends, 1):
        slots[number, end] = f"ts{place}"
        facts = {"TIME_SLOT_ID": f"ts{place}", "TIME_VALUE": str(t_ms)}
        ElementTree.SubElement(order, "TIME_SLOT", facts)
    return ((n, slots[n, 0], slots[n, 1]) for n in range(1, len(annotations) + 1))


def _element(annotation: Annotation, number: int, begin: str, end: str) -> ElementTree.Element:
    element = ElementTree.Element("ANNOTATION")
    facts = {"ANNOTATION_ID": f"a{number}", "TIME_SLOT_REF1": begin, "TIME_SLOT_REF2": end}
    aligned = ElementTree.SubElement(element, "ALIGNABLE_ANNOTATION", facts)
    value = ElementTree.SubElement(aligned, "ANNOTATION_VALUE")
    value.text = annotation.text
    return element


def _keep_to_xml(document: ElementTree.Element) -> None:
    """What XML cannot hold, a typed mark or a spoilt log can."""
    for element in document.iter():
        if element.text:
            element.text = NOT_IN_XML.sub("\ufffd", element.text)
        for name, text in element.attrib.items():
            element.set(name, NOT_IN_XML.sub("\ufffd", text))


def _header(session: ExportedSession, out_dir: Path) -> ElementTree.Element:
    header = ElementTree.Element("HEADER", {"MEDIA_FILE": "", "TIME_UNITS": "milliseconds"})
    if session.medium is not None:
        path = session.medium.path
        relative = os.path.relpath(path, out_dir.absolute())
        ElementTree.SubElement(
            header,
            "MEDIA_DESCRIPTOR",
            {
                "MEDIA_URL": path.as_uri(),
                "RELATIVE_MEDIA_URL": quote(
                    relative if relative.startswith("..") else f"./{relative}"
                ),
                "MIME_TYPE": mimetypes.guess_type(path.name)[0] or "video/*",
                "TIME_ORIGIN": str(session.medium.starts_ms),
            },
        )
    for name, text in _properties(session):
        ElementTree.SubElement(header, "PROPERTY", {"NAME": name}).text = text
    return header


def _properties(session: ExportedSession) -> Iterable[tuple[str, str]]:
    yield "clock", CLOCK
    yield from session.facts.items()
    yield from session.visit_facts.items()
    for measure in session.measures:
        yield f"algorithm_version of {measure.id}", str(measure.algorithm_version)
        yield f"evidence of {measure.id}", evidence(measure)
    for kind in session.kinds:
        if kind.measure_id:
            yield f"measure of {kind.id}", kind.measure_id
            yield f"evidence of {kind.id}", evidence(kind)
