import { Deadline } from "./abort";
import { backoffSeconds, sleep } from "./backoff";
import type { Api } from "./client";
import { isRefused, refusalOf } from "./errors";
import { EventStreamParser } from "./sse";
import type { Session } from "./types";

/** The service sends a comment every 10 s: silence for longer than this is a dead connection. */
const SILENCE_LIMIT_MS = 25_000;

export type Connection = "connecting" | "open" | "lost";

interface Watcher<T> {
  onEvent: (told: T) => void;
  onConnection: (connection: Connection) => void;
  /** The service refuses this caller for good (401, 403, 404, 410, 422). */
  onRefused: (error: unknown) => void;
  signal: AbortSignal;
}

/** Follows a session's server-sent events until the signal aborts. */
export function watchSession(api: Api, id: string, watcher: Watcher<Session>): Promise<void> {
  return follow(api, `/sessions/${id}/events`, "session", watcher);
}

/** Says nothing while the login holds, and that it is over as soon as it is. */
export function watchLogin(api: Api, onOver: (error: unknown) => void, signal: AbortSignal) {
  const nothing = () => undefined;
  const watcher = { onEvent: nothing, onConnection: nothing, onRefused: onOver, signal };
  return follow(api, "/me/events", "login", watcher);
}

/** Reconnects with back-off. EventSource cannot send our headers, so this is a fetch stream. */
async function follow<T>(api: Api, path: string, kind: string, watcher: Watcher<T>) {
  let attempt = 0;
  while (!watcher.signal.aborted) {
    try {
      await readStream(api, path, kind, watcher, () => {
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

async function readStream<T>(
  api: Api,
  path: string,
  kind: string,
  watcher: Watcher<T>,
  opened: () => void,
) {
  const silence = new Deadline(SILENCE_LIMIT_MS, watcher.signal);
  try {
    const response = await fetch(`/api/v1${path}`, {
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
        if (event === kind) watcher.onEvent(JSON.parse(data) as T);
      }
    }
  } finally {
    silence.clear();
  }
}
