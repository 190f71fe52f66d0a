"""The one list of measures, events and reasons: found in the catalogue's modules, never written.

To add a measure, put one module with its declaration into the catalogue. The wire, the log, the
pages' labels, the exports and the table of measures follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TypeVar

from agent.errors import CatalogueError
from agent.measures import catalogue, reasons
from agent.measures.declarations import Measure
from agent.measures.events import EventKind
from agent.measures.labels import Reason
from agent.measures.windows import WINDOWS_MS

D = TypeVar("D", Measure, EventKind, Reason)


class Registry:
    """Measures by group, then as declared; events and reasons in the order of ids."""

    def __init__(self, modules: Iterable[ModuleType]) -> None:
        modules = tuple(modules)
        self.measures = tuple(sorted(_declared(modules, Measure), key=lambda m: m.group))
        self.events = tuple(sorted(_declared(modules, EventKind), key=lambda e: e.id))
        self.reasons = tuple(sorted(_declared(modules, Reason), key=lambda r: r.id))
        self._measure_places = {m.id: i for i, m in enumerate(self.measures)}
        self._event_places = {e.id: i for i, e in enumerate(self.events)}
        self._reason_places = {r.id: i for i, r in enumerate(self.reasons)}
        for measure in self.measures:
            if measure.display_window_ms not in WINDOWS_MS:
                raise CatalogueError(
                    f"{measure.id} is shown over {measure.display_window_ms} ms: there are windows "
                    f"of {', '.join(map(str, WINDOWS_MS))} ms"
                )
        for event in self.events:
            if event.measure_id and event.measure_id not in self._measure_places:
                raise CatalogueError(f"event {event.id} names no measure: {event.measure_id}")

    def changed(self, change: Callable[[Measure], Measure]) -> Registry:
        """With each measure as `change` makes it; events and reasons stay."""
        copy = ModuleType("changed")
        declarations = (*map(change, self.measures), *self.events, *self.reasons)
        for place, declaration in enumerate(declarations):
            setattr(copy, f"declaration_{place}", declaration)
        return Registry((copy,))

    def index_of_measure(self, measure_id: str) -> int:
        return self._measure_places[measure_id]

    def index_of_event(self, kind: str) -> int:
        return self._event_places[kind]

    def index_of_reason(self, reason_id: str) -> int:
        return self._reason_places[reason_id]


def discover(package: ModuleType) -> Registry:
    names = sorted(f"{package.__name__}.{m.name}" for m in iter_modules(package.__path__))
    return Registry((reasons, *(import_module(name) for name in names)))


def _declared(modules: Iterable[ModuleType], kind: type[D]) -> tuple[D, ...]:
    found: dict[str, D] = {}
    for module in modules:
        for declaration in vars(module).values():
            if not isinstance(declaration, kind):
                continue
            if found.setdefault(declaration.id, declaration) is not declaration:
                raise CatalogueError(f"{declaration.id} is declared twice ({module.__name__})")
    return tuple(found.values())


REGISTRY = discover(catalogue)
