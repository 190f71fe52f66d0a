import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import type { Api, NotesView } from "../../api";
import { type Draft, NoteDraft } from "./noteDraft";

export interface Notes {
  draft: Draft;
  ofColleagues: NotesView["of_colleagues"];
  type: (text: string) => void;
  load: () => void;
  keepThis: () => void;
}

/** Read when they are first wanted; whoever looks is on record. */
export function useNotes(api: Api, sessionId: string, isWanted: boolean): Notes {
  const [ofColleagues, setOfColleagues] = useState<NotesView["of_colleagues"]>([]);
  const make = useCallback(
    () =>
      new NoteDraft({
        load: async () => {
          const notes = await api.notes(sessionId);
          setOfColleagues(notes.of_colleagues);
          return notes.mine;
        },
        save: (text, version) => api.writeNote(sessionId, text, version),
      }),
    [api, sessionId],
  );
  const [note, setNote] = useState<NoteDraft | null>(null);
  useEffect(() => {
    if (!isWanted || note) return;
    const first = make();
    setNote(first);
    void first.load();
  }, [isWanted, note, make]);

  useEffect(() => {
    if (!note) return;
    note.open();
    const saveNow = () => document.visibilityState === "hidden" && void note.flush();
    const hold = (event: BeforeUnloadEvent) => {
      if (note.isSaved) return;
      void note.flush();
      event.preventDefault();
    };
    document.addEventListener("visibilitychange", saveNow);
    window.addEventListener("beforeunload", hold);
    return () => {
      document.removeEventListener("visibilitychange", saveNow);
      window.removeEventListener("beforeunload", hold);
      note.close();
    };
  }, [note]);

  const draft = useSyncExternalStore(note?.subscribe ?? NOTHING_CHANGES, note?.snapshot ?? notYet);
  return {
    draft,
    ofColleagues,
    type: (text) => note?.type(text),
    load: () => void note?.load(),
    keepThis: () => void note?.keepThis(),
  };
}

const NOT_YET: Draft = { text: "", state: "loading", savedAt: null };
const NOTHING_CHANGES = () => () => undefined;
const notYet = () => NOT_YET;
