import type {
  FrameKey,
  FrameResult,
  HandsOverlay,
  PersonBox,
  PoseOverlay,
  Side,
  Value,
} from "../../generated/epedicare/analysis/v1/analysis_pb";
import { type Points, unpackPoints } from "./points";

export type { PersonBox, Points };

/** A frame's key as text, because two bigint-and-number pairs never compare equal in a Map. */
export type KeyText = string;

export interface FaceShape {
  points: Points;
  axes: Points;
}

export interface PoseShape {
  key: KeyText | undefined;
  tMs: number;
  /** Empty: looked for and not found. */
  points: Points;
  visibility: Uint8Array;
}

export interface HandShape {
  side: Side;
  points: Points;
}

export interface HandsShape {
  key: KeyText | undefined;
  tMs: number;
  hands: HandShape[];
}

export interface AnalysedFrame {
  run: number;
  track: number;
  key: KeyText | undefined;
  tMs: number;
  width: number;
  height: number;
  /** On this page's own clock (performance.now). */
  receivedAtMs: number;
  face: FaceShape | undefined;
  pose: PoseShape | undefined;
  hands: HandsShape | undefined;
  others: PersonBox[];
  values: Value[];
}

export function keyText(userTimestampUs: bigint, frameId: number): KeyText {
  return `${userTimestampUs}/${frameId}`;
}

export function unpackFrame(message: FrameResult, receivedAtMs: number): AnalysedFrame {
  return {
    run: message.origin?.run ?? 0,
    track: message.origin?.track ?? 0,
    key: textOf(message.key),
    tMs: message.tMs,
    width: message.width,
    height: message.height,
    receivedAtMs,
    face: message.face && {
      points: unpackPoints(message.face.points),
      axes: unpackPoints(message.face.axes),
    },
    pose: message.pose && unpackPose(message.pose),
    hands: message.hands && unpackHands(message.hands),
    others: message.others,
    values: message.values,
  };
}

function unpackPose(message: PoseOverlay): PoseShape {
  return {
    key: textOf(message.key),
    tMs: message.tMs,
    points: unpackPoints(message.points),
    visibility: message.visibility,
  };
}

function unpackHands(message: HandsOverlay): HandsShape {
  return {
    key: textOf(message.key),
    tMs: message.tMs,
    hands: message.hands.map(({ side, points }) => ({ side, points: unpackPoints(points) })),
  };
}

function textOf(key: FrameKey | undefined): KeyText | undefined {
  return key && keyText(key.userTimestampUs, key.frameId);
}
