"""Who was in a video, and which of them was followed."""

from __future__ import annotations

from collections import Counter, defaultdict

from agent.observation import Observation

LEAST_SEEN = 0.1  # of the pictures: less is a passer-by, or no person at all


class PeopleSeen:
    def __init__(self, chosen: int | None) -> None:
        self._chosen = chosen
        self._pictures = 0
        self._followed: Counter[int] = Counter()
        self._beside: Counter[int] = Counter()
        self._across: defaultdict[int, float] = defaultdict(
            float
        )  # sums of places, 0 left to 1 right

    def see(self, observation: Observation) -> None:
        self._pictures += 1
        if observation.face is not None:
            number = observation.face.person
            self._followed[number] += 1
            self._across[number] += float(observation.face.landmarks[:, 0].mean())
        for other in observation.others:
            self._beside[other.person] += 1
            self._across[other.person] += (other.left + other.right) / 2

    def notes(self) -> tuple[str, ...]:
        seen = self._followed + self._beside
        often = sorted(n for n in seen if seen[n] >= LEAST_SEEN * self._pictures)
        if self._chosen is not None and not self._followed[self._chosen]:
            return (f"person {self._chosen} was not found; {self._words(often, seen)}",)
        if len(often) < 2 or self._chosen is not None:
            return ()
        return (f"{len(often)} people were seen: {self._words(often, seen)}; --person takes one",)

    def _words(self, numbers: list[int], seen: Counter[int]) -> str:
        return ", ".join(self._one(number, seen[number]) for number in numbers) or "nobody was seen"

    def _one(self, number: int, pictures: int) -> str:
        across = self._across[number] / pictures
        place = "left" if across < 1 / 3 else "right" if across > 2 / 3 else "middle"
        followed = self._followed[number] / self._pictures
        if followed:
            return f"person {number} ({place}) was followed in {followed:.0%} of the pictures"
        return f"person {number} ({place}) was not followed"
