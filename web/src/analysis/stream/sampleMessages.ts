import { create, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import {
  AgentState,
  type Event,
  EventSchema,
  type FrameResult,
  FrameResultSchema,
  Quality,
  RegistrySchema,
  StatusSchema,
  type WindowResult,
  WindowResultSchema,
} from "../../generated/epedicare/analysis/v1/analysis_pb";
import type { Incoming } from "./packets";

/** Messages as the agent sends them, for tests. */

export function packPoints(...coordinates: number[]): Uint8Array {
  const packed = new Uint8Array(coordinates.length * 2);
  const view = new DataView(packed.buffer);
  coordinates.forEach((coordinate, i) => {
    view.setInt16(i * 2, Math.round(coordinate * 16384), true);
  });
  return packed;
}

export function fromAgent(topic: string, payload: Uint8Array): Incoming {
  return { payload, topic: `epedicare.${topic}`, senderIdentity: "" };
}

export const registry = create(RegistrySchema, {
  hash: "a1",
  measures: [
    {
      id: "head.yaw",
      label: { en: "Head turned left", fr: "Tête tournée à gauche" },
      unit: "deg",
      group: "head",
    },
    {
      id: "eyes.blink_rate",
      label: { en: "Blinks", fr: "Clignements" },
      unit: "/min",
      group: "eyes",
      displayWindowMs: 60_000,
    },
  ],
  events: [
    { id: "eyes.blink", measureId: "eyes.blink_rate", label: { en: "Blink", fr: "Clignement" } },
    {
      id: "orientation.away",
      label: { en: "Looked away", fr: "Regard ailleurs" },
      amplitudeUnit: "deg",
      lasting: true,
    },
  ],
  reasons: [{ id: "too_dark", label: { en: "too dark", fr: "trop sombre" } }],
  faceLayout: {
    landmarks: [10, 152, 33, 133],
    contours: [
      { id: "face_oval", points: [0, 1], closed: true },
      { id: "right_eye", points: [2, 3], closed: true },
    ],
  },
});

export function registryPacket(): Incoming {
  return fromAgent("registry", toBinary(RegistrySchema, registry));
}

export interface FrameOptions {
  run?: number;
  track?: number;
  seq: number;
  tMs?: number;
  yaw?: number;
  more?: Exclude<MessageInitShape<typeof FrameResultSchema>, FrameResult>;
}

export function frameMessage({
  run = 7,
  track = 0,
  seq,
  tMs = seq * 40,
  yaw = -12,
  more = {},
}: FrameOptions): FrameResult {
  return create(FrameResultSchema, {
    origin: { run, track, seq },
    key: { userTimestampUs: keyOf(seq).userTimestamp, frameId: seq },
    tMs,
    width: 640,
    height: 360,
    face: {
      points: packPoints(0.5, 0.2, 0.5, 0.8, 0.4, 0.4, 0.45, 0.4),
      axes: packPoints(0.5, 0.5, 0.6, 0.5, 0.5, 0.4, 0.5, 0.55),
    },
    values: [{ measure: 0, value: yaw, quality: Quality.GOOD }],
    ...more,
  });
}

/** The sender's stamp on the frame of that number. */
export function keyOf(seq: number): { userTimestamp: bigint; frameId: number } {
  return { userTimestamp: 1_790_000_000_000_000n + BigInt(seq) * 40_000n, frameId: seq };
}

export function framePacket(options: FrameOptions): Incoming {
  return fromAgent("frame", toBinary(FrameResultSchema, frameMessage(options)));
}

export function windowPacket(
  seq: number,
  windowMs: number,
  value: number | undefined,
  more: Exclude<MessageInitShape<typeof WindowResultSchema>, WindowResult> = {},
): Incoming {
  const message = create(WindowResultSchema, {
    origin: { run: 7, track: 0, seq },
    tMs: seq * 1000,
    windowMs,
    values: [
      value === undefined
        ? { measure: 1, quality: Quality.NOT_MEASURABLE, reasons: [0] }
        : { measure: 1, value, quality: Quality.USABLE, ciLow: 9, ciHigh: 20 },
    ],
    ...more,
  });
  return fromAgent("window", toBinary(WindowResultSchema, message));
}

export function eventPacket(more: Exclude<MessageInitShape<typeof EventSchema>, Event>): Incoming {
  const message = create(EventSchema, { origin: { run: 7, track: 0, seq: 1 }, ...more });
  return fromAgent("event", toBinary(EventSchema, message));
}

export function statusPacket(
  seq: number,
  run = 7,
  state = AgentState.ANALYSING,
  tMs = 0,
): Incoming {
  const message = create(StatusSchema, { origin: { run, track: 0, seq }, state, tMs });
  return fromAgent("status", toBinary(StatusSchema, message));
}
