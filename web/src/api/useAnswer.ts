import { useCallback, useEffect, useState } from "react";
import { sentenceOf } from "./errors";

export interface Asked<T> {
  /** null: not known yet. */
  answer: T | null;
  error: string | null;
  refresh: () => Promise<void>;
}

/** What the service answers when the page opens, and when it is asked anew. Give a stable question. */
export function useAnswer<T>(question: () => Promise<T>): Asked<T> {
  const [answer, setAnswer] = useState<T | null>(null);
  const [error, setError] = useState<string | null>(null);
  const refresh = useCallback(async () => {
    try {
      setAnswer(await question());
      setError(null);
    } catch (reason) {
      setError(sentenceOf(reason));
    }
  }, [question]);
  useEffect(() => void refresh(), [refresh]);
  return { answer, error, refresh };
}
