import { Deadline } from "./abort";
import { backoffSeconds, sleep } from "./backoff";
import type { Api } from "./client";
import { isRefused, refusalOf } from "./errors";
import { EventStreamParser } from "./sse";
import type { Session } from "./types";

/** The service sends a comment every 10 s: silence for longer than this is a dead connection. */
const SILENCE_LIMIT_MS = 25_000;

export type Connection = "connecting" | "open" | "lost";

interface Watcher {
  onSession: (session: Session) => void;
  onConnection: (connection: Connection) => void;
  /** The service refuses this seat for good (401, 403, 404, 410, 422). */
  onRefused: (error: unknown) => void;
  signal: AbortSignal;
}

/** Follows a session's server-sent events until the signal aborts, reconnecting with back-off.
 *  EventSource cannot send the patient's Authorization header, so this is a fetch stream. */
export async function watchSession(api: Api, id: string, watcher: Watcher): Promise<void> {
  let attempt = 0;
  while (!watcher.signal.aborted) {
    try {
      await readStream(api, id, watcher, () => {
        attempt = 0;
      });
    } catch (error) {
      if (isRefused(error, 401, 403, 404, 410, 422)) {
        if (!watcher.signal.aborted) watcher.onRefused(error);
        return;
      }
    }
    if (watcher.signal.aborted) return;
    watcher.onConnection("lost");
    await sleep(backoffSeconds(attempt++), watcher.signal);
  }
}

async function readStream(api: Api, id: string, watcher: Watcher, opened: () => void) {
  const silence = new Deadline(SILENCE_LIMIT_MS, watcher.signal);
  try {
    const response = await fetch(`/api/v1/sessions/${id}/events`, {
      headers: { ...api.headers, Accept: "text/event-stream" },
      signal: silence.signal,
    });
    if (!response.ok || !response.body) throw await refusalOf(response);
    opened();
    watcher.onConnection("open");
    const parser = new EventStreamParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      silence.putOff();
      for (const { event, data } of parser.push(value)) {
        if (event === "session") watcher.onSession(JSON.parse(data) as Session);
      }
    }
  } finally {
    silence.clear();
  }
}
