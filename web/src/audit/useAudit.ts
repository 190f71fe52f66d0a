import { useCallback, useEffect, useRef, useState } from "react";
import { accountApi } from "../account/api";
import { type AuditEntry, type AuditSearch, sentenceOf } from "../api";

export interface AuditFound {
  /** null: not known yet. */
  entries: AuditEntry[] | null;
  hasMore: boolean;
  showMore: () => Promise<void>;
  error: string | null;
}

/** The newest entries that are looked for; older pages are added as they are asked for. */
export function useAudit(wanted: AuditSearch): AuditFound {
  const [entries, setEntries] = useState<AuditEntry[] | null>(null);
  const [next, setNext] = useState<number | null>(null);
  const [error, setError] = useState<string | null>(null);
  const asked = useRef(0);

  const look = useCallback(
    async (before: number | null) => {
      asked.current += 1;
      const mine = asked.current;
      try {
        const page = await accountApi.audit(wanted, before);
        if (mine !== asked.current) return;
        setEntries((known) => [...(before === null ? [] : (known ?? [])), ...page.entries]);
        setNext(page.next);
        setError(null);
      } catch (reason) {
        if (mine === asked.current) setError(sentenceOf(reason));
      }
    },
    [wanted],
  );

  useEffect(() => void look(null), [look]);
  return { entries, hasMore: next !== null, showMore: () => look(next), error };
}
