"""Where to look in a picture: where the detector finds something, and where something was."""

from __future__ import annotations

from collections.abc import Iterable

from agent.perception.openvino_engine.region import Region


class RegionsFollowed:
    def __init__(self, most: int) -> None:
        self.most = most
        self.regions: list[Region] = []

    @property
    def full(self) -> bool:
        return len(self.regions) == self.most

    def meet(self, found: Iterable[Region]) -> None:
        """What is found anew takes the place of what was followed there: a region that is made
        from landmarks made in it trembles with them."""
        fresh = list(found)[: self.most]
        others = [r for r in self.regions if not any(r.is_on(f) for f in fresh)]
        self.regions = [*fresh, *others][: self.most]

    def keep(self, seen: Iterable[Region]) -> None:
        """Those in which there was something, as they are for the next picture."""
        self.regions = list(seen)

    def forget(self) -> None:
        self.regions = []
