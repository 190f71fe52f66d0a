/** The parts of livekit-client's packets that are read here; all of it is what somebody sent. */
export interface Packet {
  /** As the SFU states it. */
  participantIdentity: string;
  value: { case?: string | undefined; value?: unknown };
}

interface Header {
  streamId: string;
  topic: string;
  contentHeader: { case?: string | undefined };
  compression: number;
  inlineContent?: Uint8Array;
}

interface Chunk {
  streamId: string;
  chunkIndex: bigint;
  content: Uint8Array;
}

interface Trailer {
  streamId: string;
  reason: string;
}

interface OpenText {
  streamId: string;
  parts: Uint8Array[];
  bytes: number;
}

export type Outcome =
  | { kind: "text"; text: string }
  /** It was meant as a text of this topic, and is too long, broken, or one too many. */
  | { kind: "refused" }
  /** Anything else, or not yet whole. */
  | { kind: "nothing" };

const NOTHING: Outcome = { kind: "nothing" };
const REFUSED: Outcome = { kind: "refused" };
const UNCOMPRESSED = 0;

/** Nobody writes more than so many messages at once, nor goes on writing one a second. */
const AT_ONCE = 10;
const PER_MS = 1 / 1000;

/**
 * Text streams of one topic from one sender, put together within bounds: one at a time, so many
 * bytes, so many a second. livekit-client's own reader would hold whatever is sent.
 */
export class TextAssembly {
  private open: OpenText | undefined;
  private allowance = AT_ONCE;
  private lastMs = 0;

  constructor(
    private readonly topic: string,
    private readonly mostBytes: number,
  ) {}

  take({ value: { case: kind, value } }: Packet, nowMs: number): Outcome {
    switch (kind) {
      case "streamHeader":
        return this.begin(value as Header, nowMs);
      case "streamChunk":
        return this.goOn(value as Chunk);
      case "streamTrailer":
        return this.end(value as Trailer);
      default:
        return NOTHING;
    }
  }

  private begin(header: Header, nowMs: number): Outcome {
    if (header.topic !== this.topic || header.contentHeader.case !== "textHeader") return NOTHING;
    if (!this.isAllowed(nowMs) || header.compression !== UNCOMPRESSED) return REFUSED;
    const inline = header.inlineContent;
    if (inline) return inline.byteLength > this.mostBytes ? REFUSED : textOf([inline]);
    this.open = { streamId: header.streamId, parts: [], bytes: 0 };
    return NOTHING;
  }

  private goOn({ streamId, chunkIndex, content }: Chunk): Outcome {
    if (this.open?.streamId !== streamId) return NOTHING;
    const { parts } = this.open;
    this.open.bytes += content.byteLength;
    if (this.open.bytes > this.mostBytes || chunkIndex !== BigInt(parts.length)) {
      this.open = undefined;
      return REFUSED;
    }
    parts.push(content);
    return NOTHING;
  }

  private end({ streamId, reason }: Trailer): Outcome {
    if (this.open?.streamId !== streamId) return NOTHING;
    const { parts } = this.open;
    this.open = undefined;
    return reason ? REFUSED : textOf(parts);
  }

  private isAllowed(nowMs: number): boolean {
    this.allowance = Math.min(AT_ONCE, this.allowance + (nowMs - this.lastMs) * PER_MS);
    this.lastMs = nowMs;
    if (this.allowance < 1) return false;
    this.allowance -= 1;
    return true;
  }
}

function textOf(parts: Uint8Array[]): Outcome {
  const decoder = new TextDecoder();
  const decoded = parts.map((part) => decoder.decode(part, { stream: true }));
  return { kind: "text", text: decoded.join("") + decoder.decode() };
}
