import { useCallback, useEffect, useRef, useState } from "react";
import { isRefused, type Session, sentenceOf } from "../api";
import { practitionerApi } from "./api";

const REFRESH_MS = 4000;

/** The practitioner's sessions, newest first, looked up again and again: a family that waits is to
 *  be heard while the page is behind another. Older pages are added as they are asked for. */
export function useSessions() {
  const [sessions, setSessions] = useState<Session[] | null>(null);
  const [hasMore, setHasMore] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const [isSignedOut, setSignedOut] = useState(false);
  const pages = useRef(1);

  const refresh = useCallback(async () => {
    try {
      const found: Session[] = [];
      let next: string | null = null;
      for (let page = 0; page < pages.current && (page === 0 || next !== null); page++) {
        const one = await practitionerApi.sessions(next ?? undefined);
        found.push(...one.sessions);
        next = one.next;
      }
      setSessions(found);
      setHasMore(next !== null);
      setError(null);
    } catch (reason) {
      setSignedOut(isRefused(reason, 401));
      setError(sentenceOf(reason));
    }
  }, []);
  const showMore = async () => {
    pages.current += 1;
    await refresh();
  };

  useEffect(() => {
    void refresh();
    const timer = setInterval(() => void refresh(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [refresh]);

  return { sessions, hasMore, showMore, error, isSignedOut, refresh };
}
