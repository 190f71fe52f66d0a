import { useCallback, useEffect, useState } from "react";
import { isRefused, type Session, sentenceOf } from "../api";
import { practitionerApi } from "./api";

const REFRESH_MS = 4000;

/** The practitioner's sessions, newest first, looked up again while the page is visible. */
export function useSessions() {
  const [sessions, setSessions] = useState<Session[] | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [isSignedOut, setSignedOut] = useState(false);

  const refresh = useCallback(async () => {
    try {
      const found = await practitionerApi.sessions();
      setSessions(found.sort((a, b) => b.created_at.localeCompare(a.created_at)));
      setError(null);
    } catch (reason) {
      setSignedOut(isRefused(reason, 401));
      setError(sentenceOf(reason));
    }
  }, []);

  useEffect(() => {
    void refresh();
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void refresh();
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [refresh]);

  return { sessions, error, isSignedOut, refresh };
}
