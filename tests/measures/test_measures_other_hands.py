"""Whose hand is it: at the child's wrists, far from them, or not to be told."""

import numpy as np
import pytest
from synthetic import Child, pose_of

from agent.observation import Hand, Side
from agent.perception.landmarkers import RawHand
from agent.perception.patient_hands import PatientHands

pytestmark = pytest.mark.unit

ASPECT = 480 / 640
CHILD = Child(wrists=((0.7, 0.9), (0.3, 0.9)))


def hand(x: float, y: float) -> RawHand:
    landmarks = np.full((21, 3), (x, y, 0), np.float32)
    return RawHand(False, 0.9, landmarks, landmarks)


def others(*found: RawHand, theirs: tuple[Hand, ...] = (), t_ms: int = 1000) -> int:
    wrists = PatientHands()
    wrists.see_pose(pose_of(CHILD, 1000), ASPECT)
    return wrists.not_theirs(found, theirs, t_ms)


def test_a_hand_far_from_both_wrists_is_someone_elses() -> None:
    assert others(hand(0.7, 0.88), hand(0.05, 0.1)) == 1


def test_a_hand_between_the_wrists_and_far_away_is_not_told() -> None:
    """Farther than a hand is from its wrist, nearer than it must be for another's."""
    assert others(hand(0.7, 0.6)) == 0


def test_a_hand_taken_for_the_childs_is_not_someone_elses() -> None:
    far = hand(0.05, 0.1)
    childs = Hand(Side.LEFT, far.score, far.landmarks, far.world)
    assert others(far, theirs=(childs,)) == 0


def test_without_a_fresh_pose_nothing_is_said() -> None:
    assert others(hand(0.05, 0.1), t_ms=3000) == 0
