import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import {
  type Event,
  EventSchema,
  type FrameResult,
  FrameResultSchema,
  type Registry,
  RegistrySchema,
  type Status,
  StatusSchema,
  type WindowResult,
  WindowResultSchema,
} from "../../generated/epedicare/analysis/v1/analysis_pb";

export type Packet =
  | { topic: "frame"; message: FrameResult }
  | { topic: "window"; message: WindowResult }
  | { topic: "event"; message: Event }
  | { topic: "status"; message: Status }
  | { topic: "registry"; message: Registry };

export type Topic = Packet["topic"];

export type Refusal =
  | "not-the-agent"
  | "foreign-topic"
  | "too-large"
  | "malformed"
  | "out-of-order";

export interface Incoming {
  payload: Uint8Array;
  topic: string | undefined;
  /** As the SFU states it: "" for the hidden agent alone, never for a participant. */
  senderIdentity: string | undefined;
}

const RELIABLE_BYTES = 16 * 1024;
const TOPIC_PREFIX = "epedicare.";

const CONTRACT: { [T in Topic]: { schema: DescMessage; maxBytes: number } } = {
  frame: { schema: FrameResultSchema, maxBytes: 1300 },
  window: { schema: WindowResultSchema, maxBytes: RELIABLE_BYTES },
  event: { schema: EventSchema, maxBytes: RELIABLE_BYTES },
  status: { schema: StatusSchema, maxBytes: RELIABLE_BYTES },
  registry: { schema: RegistrySchema, maxBytes: 256 * 1024 },
};

export function readPacket(incoming: Incoming): Packet | Refusal {
  if (incoming.senderIdentity !== "") return "not-the-agent";
  const topic = topicOf(incoming.topic);
  if (topic === undefined) return "foreign-topic";
  if (incoming.payload.byteLength > CONTRACT[topic].maxBytes) return "too-large";
  const message = decode(CONTRACT[topic].schema, incoming.payload);
  return message === undefined ? "malformed" : ({ topic, message } as Packet);
}

function topicOf(name: string | undefined): Topic | undefined {
  if (!name?.startsWith(TOPIC_PREFIX)) return undefined;
  const topic = name.slice(TOPIC_PREFIX.length);
  return Object.hasOwn(CONTRACT, topic) ? (topic as Topic) : undefined;
}

function decode<S extends DescMessage>(
  schema: S,
  payload: Uint8Array,
): MessageShape<S> | undefined {
  try {
    return fromBinary(schema, payload);
  } catch {
    return undefined;
  }
}
