import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import { sizeDelimitedPeek } from "@bufbuild/protobuf/wire";
import type { TimeRange } from "../analysis/charts/timeSource";
import { OriginKey } from "../originKey";

export interface Gap {
  from_ms: number;
  to_ms: number;
  reason: string;
}

export interface Manifest {
  session_id: string;
  duration_ms: number;
  has_video: boolean;
  /** Known to be the file that was analysed. */
  is_same_video: boolean;
  /** How far the video's own time is ahead of the session's. */
  video_offset_ms: number;
  runs: { run: number; from_ms: number; to_ms: number }[];
  gaps: Gap[];
  sample: boolean;
}

export type ReplayTopic = "registry" | "frame" | "window" | "event" | "status" | "network";

export class ReplayError extends Error {
  constructor(readonly status: number) {
    super(`the replay answered ${status}`);
  }
}

/** Where a recording is read from: `epedicare replay`, or the service for one of its sessions. */
export class ReplayApi {
  constructor(
    protected readonly root: string,
    /** Whose key goes with each request. */
    private readonly login: { readonly headers: Record<string, string> },
  ) {}

  get videoUrl(): string {
    return `${this.root}/video`;
  }

  async manifest(): Promise<Manifest> {
    return (await this.get("/manifest")).json();
  }

  async messages<S extends DescMessage>(
    topic: ReplayTopic,
    schema: S,
    { fromMs, toMs }: TimeRange,
  ): Promise<MessageShape<S>[]> {
    const query = new URLSearchParams({
      topic,
      from_ms: String(Math.floor(fromMs)),
      to_ms: String(Math.ceil(toMs)),
    });
    const response = await this.get(`/messages?${query}`);
    return readDelimited(schema, new Uint8Array(await response.arrayBuffer()));
  }

  protected async get(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { ...init.headers, ...this.login.headers };
    const response = await fetch(this.root + path, { ...init, headers });
    if (!response.ok) throw new ReplayError(response.status);
    return response;
  }
}

const originKey = new OriginKey("epedicare.replay");

/** `epedicare replay`, which has a one-time link and may have a video. */
export class CommandReplay extends ReplayApi {
  constructor() {
    super("/api/v1/replay", originKey);
  }

  /** With the key in it: the browser asks for a video's parts by itself, without a header of ours. */
  override get videoUrl(): string {
    return `${super.videoUrl}?${new URLSearchParams({ key: originKey.value ?? "" })}`;
  }

  /** Exchanges the link's one-time token for a cookie and a key. */
  async open(token: string): Promise<void> {
    const opened = await this.get("/open", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token }),
    });
    originKey.keep(((await opened.json()) as { key: string }).key);
  }
}

/** Messages one after the other, each behind its length; a cut-off last one is left out. */
export function readDelimited<S extends DescMessage>(
  schema: S,
  bytes: Uint8Array,
): MessageShape<S>[] {
  const messages: MessageShape<S>[] = [];
  let rest = bytes;
  while (rest.byteLength > 0) {
    const { eof, size, offset } = sizeDelimitedPeek(rest);
    if (eof || offset + size > rest.byteLength) break;
    messages.push(fromBinary(schema, rest.subarray(offset, offset + size)));
    rest = rest.subarray(offset + size);
  }
  return messages;
}
