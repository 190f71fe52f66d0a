"""What all measures see of the session at the frame at hand.

One Scene follows the observations. It keeps what several measures need (angles, points in pixels,
the last body and hands, analysed rates, met conditions), so that each is worked out once.
"""

from __future__ import annotations

import math
from collections import deque

from agent.measures import reasons
from agent.measures.conditions import (
    BACKGROUND_CHANGE,
    EYES_ANGLE_DEG,
    FACE_ANGLE_DEG,
    IOD_DETAIL_PX,
    IOD_HEAD_PX,
    LUMA,
    LUMA_DETAIL,
    SHARPNESS_OF_USUAL,
    SIZE_STEP,
    SIZE_STEP_PER_S,
    UNEVEN,
    Assessment,
    Condition,
)
from agent.measures.events import EventLog
from agent.measures.face_outline import FaceOutline
from agent.measures.geometry import (
    PixelPoints,
    Points,
    distance,
    head_angles_deg,
    head_pose,
    turned_in_full,
)
from agent.measures.hands_by_pose import HandsByPose, all_unseen
from agent.measures.mouth_in_view import MouthInView, any_before_mouth
from agent.measures.rates import RateMeter
from agent.measures.results import Quality
from agent.measures.sharpness import UsualSharpness
from agent.observation import Face, Hand, Hands, Observation, Pose, Side
from agent.observation.joints import LEFT_WRIST, RIGHT_WRIST

LONGEST_LEARNT_MS = 200
LONG_GAP_MS = 500  # beyond it nothing that was going on is taken to have gone on
BODY_NEWS_MS = 100  # what depends on the body is looked at again at least so often
FROZEN_CHANGE = 0.1  # mean grey levels: below it two pictures are one
FROZEN_MS = 400
HANDS_HELD_MS = 500  # what a look for hands speaks for
POSE_FRESH_MS = 1000  # a pose says so long who is in view, and whether hands can be
TURN_SPAN_MS = 120  # over which the head's angular velocity is taken
# A head nods about its neck, well behind the eyes, which rise and fall in the picture with it: by
# 0.008 to 0.017 IOD a degree (medians of four clips; 95 % by 0.005). A mouth that deforms the face
# shifts the fitted pitch, not the eyes.
EYES_AND_BRIDGE = (33, 133, 362, 263, 6, 168)
LEAST_RISE_IOD_PER_DEG = 0.004
WRISTS = [LEFT_WRIST, RIGHT_WRIST]
VISIBLE = 0.5
RIGHT_OUTER_CANTHUS, LEFT_OUTER_CANTHUS = 33, 263
RIGHT_CHEEK_EDGE, LEFT_CHEEK_EDGE = 234, 454

_FACE = int(Condition.FACE)
_FACE_SIZE = int(Condition.FACE_SIZE)
_FACE_DETAIL = int(Condition.FACE_DETAIL)
_FACE_ANGLE = int(Condition.FACE_ANGLE)
_EYES_ANGLE = int(Condition.EYES_ANGLE)
_FACE_STEADY = int(Condition.FACE_STEADY)
_LIGHT = int(Condition.LIGHT)
_LIGHT_DETAIL = int(Condition.LIGHT_DETAIL)
_EVEN_LIGHT = int(Condition.EVEN_LIGHT)
_SHARP = int(Condition.SHARP)
_CAMERA_STILL = int(Condition.CAMERA_STILL)
_PICTURE_LIVE = int(Condition.PICTURE_LIVE)
_HANDS_OFF_FACE = int(Condition.HANDS_OFF_FACE)
_MOUTH_IN_VIEW = int(Condition.MOUTH_IN_VIEW)


SAME_ASPECT = 0.02  # a picture of another shape comes from a camera that was turned, or cut anew


class Scene:
    def __init__(self) -> None:
        self.events = EventLog()
        self.quality = Quality.GOOD  # of what is being sampled, by the measure's own conditions
        self.interruption = reasons.INTERRUPTED  # why what is going on is being ended, when it is
        self.conditions = Assessment()
        self.face_rate = RateMeter()
        self.pose_rate = RateMeter()
        self.hands_rate = RateMeter()
        self.t_ms = -1
        self.interval_ms = 0  # since the last frame; 0 after a long gap
        self.frame = 0
        # The size of the track's first picture is the unit of all lengths: later pictures may come
        # in others, as a weak line makes them.
        self.width, self.height = 0, 0
        self._track: int | None = None
        self._person: int | None = None
        self._counted_anew = False  # people are, before another camera
        self._face_ms = -LONG_GAP_MS - 1
        self._size = math.nan
        self._laid_anew = False
        self.laid_anew_ms = -1  # when the face's landmarks last were: their jump is no movement
        self.interrupted = False  # this frame follows a long gap, a change of camera or person
        self.seldom = False  # long gaps one after the other: no rate is ever known
        self.track_changed = False
        self.stranger = False  # another person, before the same camera
        self.unfamiliar = False  # another camera or another person: what was usual may be no more
        self.pose: Pose | None = None  # the last, of any age
        self.hands: Hands | None = None
        self._out_of_frame, self._off_face = HandsByPose(), HandsByPose()
        self._mouth = MouthInView()
        self._wrists_out = False
        self.body_news = True  # a pose or hands arrived with this frame, or some time went by
        self._body_news_ms = 0
        self._turns: deque[tuple[int, float, float, float]] = deque()
        self._eyes_px: tuple[float, float] | None = None
        self.eyes_rise_iod = 0.0  # in the picture, along the head's own up; from anywhere
        self._usual_sharpness = UsualSharpness(SHARPNESS_OF_USUAL[1])
        self._last_change_ms = 0
        self.camera_moved_ms = -1  # when it last did
        self._forget_face()

    def meets(self, conditions: Condition) -> bool:
        """For what is shared: whoever reads it may need less, and then it must look for itself."""
        return not self.conditions.unmet & int(conditions)

    def advance(self, observation: Observation) -> None:
        self.frame += 1
        self._follow_time(observation)
        self._follow_person(observation.face)
        self.observation = observation
        self._follow_face(observation.face)
        self._follow_body(observation)
        self._assess(observation)

    @property
    def seen_iod_px(self) -> float:
        """Between the outer eye corners, in pixels of this very picture: what there is to see."""
        return self.iod_px * self.observation.width / self.width

    @property
    def learn_s(self) -> float:
        """What this frame counts for in what is usual: after a gap no more than at 5 Hz."""
        return min(self.interval_ms, LONGEST_LEARNT_MS) / 1000

    @property
    def fresh_pose(self) -> Pose | None:
        known = self.pose is not None and self.t_ms - self.pose.t_ms <= POSE_FRESH_MS
        return self.pose if known else None

    @property
    def hands_found(self) -> tuple[Hand, ...] | None:
        """The child's, at the latest look for hands; None when that was too long ago."""
        if self.hands is None or self.t_ms - self.hands.t_ms > HANDS_HELD_MS:
            return None
        return self.hands.hands

    def hand_out(self, side: Side) -> bool:
        """Far outside the frame. A wrist just outside it may be that of a hand on the face."""
        return self._out_of_frame.far_off(side, self.t_ms)

    def hand_off_face(self, side: Side) -> bool:
        return self._off_face.far_off(side, self.t_ms)

    def both_hands_out(self) -> bool:
        return all_unseen(self.hand_out, ())

    def both_hands_off_face(self) -> bool:
        return all_unseen(self.hand_off_face, ())

    @property
    def wrists_out(self) -> bool:
        """No wrist is in the frame: hands are then looked for only now and then."""
        return self._wrists_out and self.fresh_pose is not None

    def _follow_time(self, observation: Observation) -> None:
        first = self.t_ms < 0
        gap = 0 if first else observation.t_ms - self.t_ms
        same_shape = abs(observation.width * self.height - self.width * observation.height) <= (
            SAME_ASPECT * self.width * observation.height
        )
        self.track_changed = not first and (observation.track != self._track or not same_shape)
        if first or self.track_changed:
            self.width, self.height = observation.width, observation.height
        self.seldom = self.interrupted and gap > LONG_GAP_MS
        self.interrupted = self.track_changed or gap > LONG_GAP_MS
        self.interval_ms = 0 if self.interrupted else gap
        self.t_ms = observation.t_ms
        self._track = observation.track
        if self.interrupted:
            self.face_rate.clear()
            self._turns.clear()
            self._forget_body()
            self._last_change_ms = observation.t_ms
        if self.track_changed:
            self._usual_sharpness.clear()
            self._counted_anew = True

    def _follow_person(self, face: Face | None) -> None:
        changed = False
        if face is not None:
            changed = self._person not in (None, face.person)
            self.stranger = changed and not self._counted_anew
            self._person, self._counted_anew = face.person, False
        else:
            self.stranger = False
        self.unfamiliar = self.stranger or self.track_changed
        self.interrupted |= self.unfamiliar
        if self.unfamiliar:
            self._mouth = MouthInView()
        if self.stranger:
            self._forget_body()

    def _forget_body(self) -> None:
        self.pose = None
        self.hands = None
        self._out_of_frame, self._off_face = HandsByPose(), HandsByPose()
        self.pose_rate.clear()
        self.hands_rate.clear()

    def _forget_face(self) -> None:
        self.face: Face | None = None
        self.yaw_deg = self.pitch_deg = self.roll_deg = math.nan
        self.yaw_speed_dps = self.pitch_speed_dps = math.nan
        self.nod_speed_dps = math.nan  # of pitch, as far as the eyes rise with it
        self.iod_px = math.nan  # between the outer eye corners, in depth too: however it is turned
        self.face_width_px = math.nan
        self.points: Points = {}
        # The head's rotation relative to the line of sight: as the landmarks lie, and as it is.
        self.matrix: list[list[float]] = []
        self.turned: list[list[float]] = []
        self.blend: list[float] = []

    def _follow_face(self, face: Face | None) -> None:
        if face is None:
            self._forget_face()
            self._turns.clear()
            return
        width, height = self.width, self.height
        self.face = face
        self.points = PixelPoints(face.landmarks, width, height)
        self.blend = face.blendshapes.tolist()
        self.matrix, size = head_pose(face.landmarks, width, height)
        self._follow_size(size)
        self.turned = turned_in_full(self.matrix)
        self.yaw_deg, self.pitch_deg, self.roll_deg = head_angles_deg(self.turned)
        self.iod_px = math.dist(self.points[RIGHT_OUTER_CANTHUS], self.points[LEFT_OUTER_CANTHUS])
        self.face_width_px = distance(self.points[RIGHT_CHEEK_EDGE], self.points[LEFT_CHEEK_EDGE])
        self._follow_eyes(face)
        self._follow_turning()

    def _follow_eyes(self, face: Face) -> None:
        points = face.landmarks.take(EYES_AND_BRIDGE, axis=0)
        x, y, _ = (points.sum(axis=0) / len(EYES_AND_BRIDGE)).tolist()  # mean() costs twice as much
        x, y = x * self.width, y * self.height
        if self._eyes_px is not None and not self.interrupted:
            up_x, up_y = self.matrix[0][1], -self.matrix[1][1]
            along_px = (x - self._eyes_px[0]) * up_x + (y - self._eyes_px[1]) * up_y
            self.eyes_rise_iod += along_px / (math.hypot(up_x, up_y) * self.iod_px or 1.0)
        self._eyes_px = x, y

    def _follow_size(self, size: float) -> None:
        """Landmarks are laid anew where the size jumps, or the face was missing for a moment."""
        unseen_ms = self.t_ms - self._face_ms
        if unseen_ms > LONG_GAP_MS or self.interrupted:
            self._laid_anew = False
        else:
            most = max(SIZE_STEP, SIZE_STEP_PER_S * self.interval_ms / 1000)
            self._laid_anew = unseen_ms > self.interval_ms or abs(size - self._size) > most * size
        if self._laid_anew:
            self.laid_anew_ms = self.t_ms
        self._face_ms, self._size = self.t_ms, size

    def _follow_turning(self) -> None:
        turns = self._turns
        if self._laid_anew:
            turns.clear()
        turns.append((self.t_ms, self.yaw_deg, self.pitch_deg, self.eyes_rise_iod))
        while len(turns) > 2 and turns[1][0] <= self.t_ms - TURN_SPAN_MS:
            turns.popleft()
        then_ms, yaw, pitch, rise = turns[0]
        if then_ms == self.t_ms:
            self.yaw_speed_dps = self.pitch_speed_dps = self.nod_speed_dps = math.nan
            return
        seconds = (self.t_ms - then_ms) / 1000.0
        self.yaw_speed_dps = (self.yaw_deg - yaw) / seconds
        self.pitch_speed_dps = (self.pitch_deg - pitch) / seconds
        most_dps = abs(self.eyes_rise_iod - rise) / LEAST_RISE_IOD_PER_DEG / seconds
        self.nod_speed_dps = max(-most_dps, min(most_dps, self.pitch_speed_dps))

    def _follow_body(self, observation: Observation) -> None:
        if observation.pose is not None:
            self.pose = observation.pose
            self.pose_rate.add(observation.pose.t_ms)
            self._follow_wrists(observation.pose)
        if observation.hands is not None:
            self.hands = observation.hands
            self.hands_rate.add(observation.hands.t_ms)
            self._follow_hands(observation.hands)

        arrived = observation.pose is not None or observation.hands is not None
        overdue = self.t_ms - self._body_news_ms >= BODY_NEWS_MS
        self.body_news = arrived or overdue or self.interrupted or bool(observation.commands)
        if self.body_news:
            self._body_news_ms = self.t_ms

    def _follow_hands(self, hands: Hands) -> None:
        if self.face is not None:
            size = self.width, self.height
            if any_before_mouth(hands.hands, self.points, self.iod_px, *size):
                self._mouth.hands.saw(hands.t_ms)

    def _follow_wrists(self, pose: Pose) -> None:
        width, height = self.width, self.height

        def outside_px(x: float, y: float) -> float:
            return math.hypot(max(-x, x - width, 0.0), max(-y, y - height, 0.0))

        self._out_of_frame.see(pose, width, height, outside_px)
        if self.face is not None:
            self._off_face.see(pose, width, height, FaceOutline(self.points).outside_px)
        self._wrists_out = pose.present and not any(
            visibility >= VISIBLE and 0 <= x <= 1 and 0 <= y <= 1
            for visibility, (x, y) in zip(
                pose.visibility[WRISTS].tolist(), pose.landmarks[WRISTS, :2].tolist(), strict=True
            )
        )

    def _assess(self, observation: Observation) -> None:
        conditions = self.conditions
        conditions.clear()
        image = observation.image
        if image.frame_change != 0.0:  # the same picture again shows nothing new
            self.face_rate.add(self.t_ms)
        if not image.frame_change < FROZEN_CHANGE:
            self._last_change_ms = self.t_ms
        elif self.t_ms - self._last_change_ms >= FROZEN_MS:
            conditions.fail(_PICTURE_LIVE)
            self.face_rate.clear()
        conditions.at_most(_CAMERA_STILL, image.background_change, BACKGROUND_CHANGE)
        if conditions.unmet & _CAMERA_STILL:
            self.camera_moved_ms = self.t_ms
        conditions.at_least(_LIGHT, image.face_luma, LUMA)  # the whole picture's without a face
        conditions.at_least(_LIGHT_DETAIL, image.face_luma, LUMA_DETAIL)
        if self.face is None:
            conditions.fail(_FACE)
            return
        conditions.at_least(_FACE_DETAIL, self.seen_iod_px, IOD_DETAIL_PX)
        conditions.at_least(_FACE_SIZE, self.seen_iod_px, IOD_HEAD_PX)
        turned = max(abs(self.yaw_deg), abs(self.pitch_deg))
        conditions.at_most(_FACE_ANGLE, turned, FACE_ANGLE_DEG)
        conditions.at_most(_EYES_ANGLE, abs(self.yaw_deg), EYES_ANGLE_DEG)
        if self._laid_anew:
            conditions.fail(_FACE_STEADY)
        if not self.both_hands_off_face():
            conditions.doubt(_HANDS_OFF_FACE)
        lips = image.right_lips, image.left_lips
        self._mouth.look(self.t_ms, lips, self.learn_s, self._off_face)
        if self._mouth.hidden:
            conditions.fail(_MOUTH_IN_VIEW)
        conditions.at_most(_EVEN_LIGHT, image.uneven_light, UNEVEN)
        if image.sharpness == image.sharpness:
            share = self._usual_sharpness.share(self.t_ms, image.sharpness, self.seen_iod_px)
            conditions.at_least(_SHARP, share, SHARPNESS_OF_USUAL)
