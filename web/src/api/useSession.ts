import { useCallback, useEffect, useState } from "react";
import type { Api } from "./client";
import { type Connection, watchSession } from "./events";
import type { Session } from "./types";

export interface LiveSession {
  /** null until the first event. */
  session: Session | null;
  connection: Connection;
  /** Set when the service refuses this seat for good. */
  refused: unknown;
  /** For an answer that carries the newer Session, so that the page need not wait for its event. */
  update: (session: Session) => void;
}

/** The session as the service tells it, live. Give a stable Api (module constant or useMemo). */
export function useSession(api: Api, id: string | null): LiveSession {
  const [session, setSession] = useState<Session | null>(null);
  const [connection, setConnection] = useState<Connection>("connecting");
  const [refused, setRefused] = useState<unknown>(null);

  useEffect(() => {
    setSession(null);
    setRefused(null);
    setConnection("connecting");
    if (!id) return;
    const stop = new AbortController();
    void watchSession(api, id, {
      onEvent: setSession,
      onConnection: setConnection,
      onRefused: setRefused,
      signal: stop.signal,
    });
    return () => stop.abort();
  }, [api, id]);

  const update = useCallback((next: Session) => setSession(next), []);
  return { session, connection, refused, update };
}
