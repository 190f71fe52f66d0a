import { useCallback, useEffect, useState } from "react";
import { accountApi } from "../account/api";
import { type SessionForResearch, sentenceOf } from "../api";

export interface ResearchFound {
  /** null: not known yet. */
  sessions: SessionForResearch[] | null;
  hasMore: boolean;
  showMore: () => Promise<void>;
  error: string | null;
}

export function useResearchList(): ResearchFound {
  const [sessions, setSessions] = useState<SessionForResearch[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);

  const look = useCallback(async (after: string | null) => {
    try {
      const page = await accountApi.sessionsForResearch(after);
      setSessions((known) => [...(after === null ? [] : (known ?? [])), ...page.sessions]);
      setNext(page.next);
      setError(null);
    } catch (reason) {
      setError(sentenceOf(reason));
    }
  }, []);

  useEffect(() => void look(null), [look]);
  return { sessions, hasMore: next !== null, showMore: () => look(next), error };
}
