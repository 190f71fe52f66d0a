import { useCallback, useEffect, useRef, useState } from "react";
import { accountApi } from "../account/api";
import { isRefused, type Session, type SessionSearch, sentenceOf } from "../api";

export interface SessionsFound {
  /** null: not known yet. */
  sessions: Session[] | null;
  hasMore: boolean;
  showMore: () => Promise<void>;
  error: string | null;
  isSignedOut: boolean;
  refresh: () => Promise<void>;
}

/** The sessions that a search finds, looked up again and again; further pages are added as they are
 *  asked for. Without a search nothing is looked up, nor known. */
export function useSessionList(search: SessionSearch | null, eachMs: number): SessionsFound {
  const [sessions, setSessions] = useState<Session[] | null>(null);
  const [hasMore, setHasMore] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [isSignedOut, setSignedOut] = useState(false);
  const pages = useRef(1);
  const asked = useRef(0);
  const key = search && JSON.stringify(search);

  const refresh = useCallback(async () => {
    if (key === null) return;
    asked.current += 1;
    const mine = asked.current;
    const isLatest = () => mine === asked.current;
    try {
      const found: Session[] = [];
      let next: string | null = null;
      for (let page = 0; page < pages.current && (page === 0 || next !== null); page++) {
        const one = await accountApi.sessions(JSON.parse(key), next ?? undefined);
        found.push(...one.sessions);
        next = one.next;
      }
      if (!isLatest()) return;
      setSessions(found);
      setHasMore(next !== null);
      setError(null);
    } catch (reason) {
      if (!isLatest()) return;
      setSignedOut(isRefused(reason, 401));
      setError(sentenceOf(reason));
    }
  }, [key]);
  const showMore = async () => {
    pages.current += 1;
    await refresh();
  };

  useEffect(() => {
    pages.current = 1;
    if (key === null) {
      asked.current += 1; // what is still on its way is of no search any more
      setSessions(null);
      setError(null);
      return;
    }
    void refresh();
    const timer = setInterval(() => void refresh(), eachMs);
    return () => clearInterval(timer);
  }, [key, refresh, eachMs]);

  return { sessions, hasMore, showMore, error, isSignedOut, refresh };
}
