"""The methods paragraph, in English and in French, and the BibTeX of what it cites."""

from __future__ import annotations

from collections.abc import Iterable

from agent.measures.references import MODELS, Reference, bibtex
from agent.methods.facts import Facts, UsedMeasure
from agent.record.provenance import LIVE
from agent.wire.french import typeset
from agent.wire.generated import analysis_pb2 as pb

SHORT = 12  # of a hash: who wants all of it has the log


def methods(facts: Facts) -> str:
    """Markdown: a paragraph in each language, then the sources."""
    parts = ("## Methods", english(facts), "## Méthodes", typeset(french(facts)))
    entries = [_software(facts), *map(bibtex, _cited(facts))]
    return "\n\n".join([*parts, "## BibTeX", "```bibtex\n" + "\n".join(entries) + "```"]) + "\n"


def english(facts: Facts) -> str:
    session, provenance = facts.session, facts.session.provenance
    runs = len(session.timeline.runs)
    of = "a tele-consultation" if provenance.source == LIVE else "a video file"
    sentences = [
        f"Movements were measured on {of} (session {session.id}, {_count(runs, 'run')}) with "
        f"e-PediCare {session.facts['code_version']} [@epedicare], research software and no "
        f"medical device, from landmarks of face, body and hands by MediaPipe "
        f"{provenance.mediapipe_version} {_citations(MODELS)}, run by {session.facts['engine']} on "
        f"{provenance.cpu or 'a CPU that is not known'}.",
        f"Model files (SHA-256): {_hashes(provenance)}.",
        f"{facts.frames} pictures in {facts.seconds:.1f} s were analysed; on average the face was "
        f"looked at {facts.face_hz:.1f}, the body {facts.pose_hz:.1f} and the hands "
        f"{facts.hands_hz:.1f} times per second.",
    ]
    if facts.exclusions:
        left_out = "; ".join(
            f"{e.reason} ({e.times}×, {e.seconds:.1f} s in all)" for e in facts.exclusions
        )
        sentences.append(f"Not part of it, because nothing is known of them: {left_out}.")
    else:
        sentences.append("No stretch of the session is missing.")
    sentences.append(
        "A value was withheld, with its reason, where what it needs was not there, and of a window "
        "where less than half of it (of the whole run less than 0.7) could be measured; intervals "
        "are 95 %."
    )
    sentences.extend(_measure_in_english(measure) for measure in facts.measures)
    return " ".join(sentences)


def _measure_in_english(measure: UsedMeasure) -> str:
    info = measure.info
    made = measure.formula or "computed by an algorithm of another version than this software's"
    told = [
        f"*{info.label.en}* (`{info.id}`, algorithm version {info.algorithm_version}, unit "
        f"{info.unit}): {made}",
        _checked_in_english(measure),
        f"least rate {info.minimum_hz:g} Hz",
    ]
    if measure.valid_fraction is not None:
        told.append(f"measurable in {100 * measure.valid_fraction:.0f} % of the time")
    if measure.withheld:
        told.append(f"withheld for the session as a whole ({', '.join(measure.withheld)})")
    told.append(_citations(measure.references) or "beyond the models, the software's own choice")
    return "; ".join(told) + "."


def _checked_in_english(measure: UsedMeasure) -> str:
    if measure.checked:
        return "compared with labels made by people (docs/validation.md)"
    return "experimental, for too few labels made by people say how good it is"


def french(facts: Facts) -> str:
    session, provenance = facts.session, facts.session.provenance
    runs = len(session.timeline.runs)
    of = "une téléconsultation" if provenance.source == LIVE else "un fichier vidéo"
    sentences = [
        f"Les mouvements ont été mesurés sur {of} (séance {session.id}, {_count(runs, 'passage')}) "
        f"avec e-PediCare {session.facts['code_version']} [@epedicare], logiciel de recherche et "
        "non dispositif médical, à partir des points du visage, du corps et des mains donnés par "
        f"MediaPipe {provenance.mediapipe_version} {_citations(MODELS)}, exécuté par "
        f"{session.facts['engine']} sur {provenance.cpu or 'un processeur inconnu'}.",
        f"Fichiers des modèles (SHA-256) : {_hashes(provenance)}.",
        f"{facts.frames} images en {_comma(facts.seconds)} s ont été analysées ; en moyenne, le "
        f"visage a été cherché {_comma(facts.face_hz)} fois par seconde, le corps "
        f"{_comma(facts.pose_hz)} fois et les mains {_comma(facts.hands_hz)} fois.",
    ]
    if facts.exclusions:
        left_out = " ; ".join(
            f"{e.reason} ({e.times} ×, {_comma(e.seconds)} s en tout)" for e in facts.exclusions
        )
        sentences.append(f"N'en font pas partie, car rien n'en est connu : {left_out}.")
    else:
        sentences.append("Aucun moment de la séance ne manque.")
    sentences.append(
        "Une valeur n'est pas donnée, et la raison en est dite, quand ce qu'il lui faut manquait ; "
        "celle d'une fenêtre, quand moins de la moitié (pour tout un passage, moins de 0,7) était "
        "mesurable. Les intervalles sont à 95 %. Les formules sont en anglais."
    )
    sentences.extend(_measure_in_french(measure) for measure in facts.measures)
    return " ".join(sentences)


def _measure_in_french(measure: UsedMeasure) -> str:
    info = measure.info
    made = measure.formula or "calculé par un algorithme d'une autre version que celle du logiciel"
    told = [
        f"*{info.label.fr}* (`{info.id}`, version {info.algorithm_version} de l'algorithme, unité "
        f"{info.unit}) : {made}",
        _checked_in_french(measure),
        f"cadence minimale {f'{info.minimum_hz:g}'.replace('.', ',')} Hz",
    ]
    if measure.valid_fraction is not None:
        told.append(f"mesurable pendant {100 * measure.valid_fraction:.0f} % du temps")
    if measure.withheld:
        told.append(f"non donné pour la séance entière ({', '.join(measure.withheld)})")
    told.append(_citations(measure.references) or "au-delà des modèles, choix propre au logiciel")
    return " ; ".join(told) + "."


def _checked_in_french(measure: UsedMeasure) -> str:
    if measure.checked:
        return "comparé à des annotations humaines (docs/validation.md)"
    return "expérimental, car trop peu d'annotations humaines disent sa justesse"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _comma(number: float) -> str:
    return f"{number:.1f}".replace(".", ",")


def _hashes(provenance: pb.Provenance) -> str:
    told = sorted(provenance.model_sha256.items())
    return ", ".join(f"{name} {sha256[:SHORT]}…" for name, sha256 in told) or "–"


def _citations(references: Iterable[Reference]) -> str:
    keys = "; ".join(f"@{reference.key}" for reference in references)
    return f"[{keys}]" if keys else ""


def _cited(facts: Facts) -> list[Reference]:
    used = [*MODELS, *(r for measure in facts.measures for r in measure.references)]
    return list({reference.key: reference for reference in used}.values())


def _software(facts: Facts) -> str:
    return (
        "@software{epedicare,\n"
        "  author = {{The e-PediCare contributors}},\n"
        "  title = {e-PediCare},\n"
        f"  version = {{{facts.session.facts['code_version']}}},\n"
        "  note = {Apache-2.0}\n"
        "}\n"
    )
