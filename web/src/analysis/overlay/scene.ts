import type { FaceLayout } from "../../generated/epedicare/analysis/v1/analysis_pb";
import type { AnalysedFrame, HandsShape, PoseShape } from "../stream/frames";
import type { Points } from "../stream/points";
import type { Layer, Layers } from "./layers";
import { BODY_LINES, HAND_LINES } from "./skeleton";

export interface Line {
  /** Normalised to the upright picture. */
  points: Points;
  closed: boolean;
}

/** Lines of one layer, drawn alike. */
export interface Stroke {
  layer: Layer;
  lines: Line[];
  opacity: number;
  widthPx: number;
  /** Written at the first point. */
  tag?: string;
}

export interface Shown {
  face: AnalysedFrame | undefined;
  /** 0: the face is of this very picture; else since how long its own is gone. */
  faceAgeMs: number;
  pose: Held<PoseShape> | undefined;
  hands: Held<HandsShape> | undefined;
}

/** A shape that may belong to a slightly earlier picture. */
export interface Held<T> {
  shape: T;
  ageMs: number;
}

/** Skeleton and hands are computed less often than the face; older than this they are gone. */
export const HOLD_MS = 150;

/** A face is held over pictures without a result of their own; older than this it is gone. */
export const FACE_HOLD_MS = 300;
/** What is not of this picture is fainter from the start. */
const HELD_OPACITY = 0.85;
/** Few strengths, so that most pictures between two results need no drawing of their own. */
const FADE_STEP_MS = 75;

const LEAST_VISIBILITY = 128; // of 255
const EYE_CONTOURS = /eye|iris/;

/** What is to be drawn, in order, before any thought of pixels. */
export function composeScene(
  shown: Shown,
  layers: Layers,
  layout: FaceLayout | undefined,
  faceOpacity = 1,
): Stroke[] {
  const strength = faceOpacity * faceOpacityAt(shown.faceAgeMs);
  return [
    ...poseStrokes(shown.pose),
    ...handStrokes(shown.hands),
    ...[...faceStrokes(shown.face, layout), ...headStrokes(shown.face)].map((stroke) => ({
      ...stroke,
      opacity: stroke.opacity * strength,
    })),
    ...peopleStrokes(shown.face),
  ].filter((stroke) => layers.has(stroke.layer) && stroke.opacity > 0 && stroke.lines.length > 0);
}

/** Fades while held, so that an older shape looks older, and is gone when HOLD_MS are over. */
export function opacityAt(ageMs: number): number {
  return ageMs > HOLD_MS ? 0 : 1 - 0.6 * (stepped(Math.max(0, ageMs)) / HOLD_MS);
}

/** Exact is at full strength; held is fainter, ever more so, until it is gone. */
export function faceOpacityAt(ageMs: number): number {
  return ageMs === 0 ? 1 : HELD_OPACITY * Math.max(0, 1 - stepped(ageMs) / FACE_HOLD_MS);
}

/** Whether the one, drawn, would look like the other. */
export function looksAlike(one: Shown, other: Shown): boolean {
  return (
    one.face === other.face &&
    faceOpacityAt(one.faceAgeMs) === faceOpacityAt(other.faceAgeMs) &&
    isHeldAlike(one.pose, other.pose) &&
    isHeldAlike(one.hands, other.hands)
  );
}

function isHeldAlike<T>(one: Held<T> | undefined, other: Held<T> | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.shape === other.shape && opacityAt(one.ageMs) === opacityAt(other.ageMs);
}

function stepped(ageMs: number): number {
  return Math.floor(ageMs / FADE_STEP_MS) * FADE_STEP_MS;
}

function faceStrokes(frame: AnalysedFrame | undefined, layout: FaceLayout | undefined): Stroke[] {
  const points = frame?.face?.points;
  if (points === undefined || layout === undefined) return [];
  if (points.length !== layout.landmarks.length * 2) return [];
  const lines = { face: [] as Line[], eyes: [] as Line[] };
  for (const contour of layout.contours) {
    const layer = EYE_CONTOURS.test(contour.id) && !/brow/.test(contour.id) ? "eyes" : "face";
    lines[layer].push({ points: pick(points, contour.points), closed: contour.closed });
  }
  return [
    { layer: "face", lines: lines.face, opacity: 0.85, widthPx: 1.25 },
    { layer: "eyes", lines: lines.eyes, opacity: 1, widthPx: 1.5 },
  ];
}

function headStrokes(frame: AnalysedFrame | undefined): Stroke[] {
  const axes = frame?.face?.axes;
  if (axes === undefined || axes.length !== 8) return [];
  const axis = (tip: number): Line => ({ points: pick(axes, [0, tip]), closed: false });
  return [
    { layer: "head", lines: [axis(1), axis(2)], opacity: 0.85, widthPx: 1.5 },
    { layer: "head", lines: [axis(3)], opacity: 1, widthPx: 3 },
  ];
}

function poseStrokes(held: Held<PoseShape> | undefined): Stroke[] {
  if (held === undefined) return [];
  const { points, visibility } = held.shape;
  const isSeen = (joint: number) => (visibility[joint] ?? 0) >= LEAST_VISIBILITY;
  const lines = BODY_LINES.filter(([a, b]) => isSeen(a) && isSeen(b)).map((joints) => ({
    points: pick(points, joints),
    closed: false,
  }));
  return [{ layer: "skeleton", lines, opacity: opacityAt(held.ageMs), widthPx: 2 }];
}

function handStrokes(held: Held<HandsShape> | undefined): Stroke[] {
  if (held === undefined) return [];
  const lines = held.shape.hands.flatMap(({ points }) =>
    points.length < 42
      ? []
      : HAND_LINES.map((joints) => ({ points: pick(points, joints), closed: false })),
  );
  return [{ layer: "hands", lines, opacity: opacityAt(held.ageMs), widthPx: 1.5 }];
}

function peopleStrokes(frame: AnalysedFrame | undefined): Stroke[] {
  return (frame?.others ?? []).map(({ person, left, top, right, bottom }) => ({
    layer: "people",
    lines: [
      {
        points: Float32Array.of(left, top, right, top, right, bottom, left, bottom),
        closed: true,
      },
    ],
    opacity: 0.9,
    widthPx: 1.25,
    tag: String(person),
  }));
}

function pick(points: Points, indices: readonly number[]): Points {
  const picked = new Float32Array(indices.length * 2);
  indices.forEach((index, i) => {
    picked[2 * i] = points[2 * index] ?? Number.NaN;
    picked[2 * i + 1] = points[2 * index + 1] ?? Number.NaN;
  });
  return picked;
}
