import { isProblem, type Note, sleep } from "../../api";

export type DraftState =
  | "loading"
  | "notLoaded"
  | "saved"
  /** Typed since; saved in a moment. */
  | "unsaved"
  | "saving"
  /** The service did not take it; tried again and again. */
  | "notSaved"
  /** Another window of the same person has changed it. */
  | "changedElsewhere";

export interface Draft {
  text: string;
  state: DraftState;
  /** When what is here was saved; null: nothing is kept. */
  savedAt: Date | null;
}

export interface NoteService {
  load: () => Promise<Note>;
  save: (text: string, version: number) => Promise<Note>;
}

const SAVE_AFTER_MS = 1500;
const TRY_AGAIN_S = 5;

/** One practitioner's note of one session, saved by itself. A store for useSyncExternalStore. */
export class NoteDraft {
  private draft: Draft = { text: "", state: "loading", savedAt: null };
  private version = 0;
  private typed = 0;
  private working: Promise<void> | null = null;
  private closing = new AbortController();
  private readonly listeners = new Set<() => void>();

  constructor(private readonly service: NoteService) {}

  snapshot = (): Draft => this.draft;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** What is kept takes the place of what is here. */
  load = async (): Promise<void> => {
    this.set({ state: "loading" });
    try {
      const note = await this.service.load();
      this.version = note.version;
      this.set({ text: note.text, state: "saved", savedAt: timeOf(note) });
    } catch {
      this.set({ state: "notLoaded" });
    }
  };

  /** What is here takes the place of what is kept. */
  keepThis = async (): Promise<void> => {
    try {
      this.version = (await this.service.load()).version;
      this.set({ state: "unsaved" });
      await this.flush();
    } catch {
      this.set({ state: "changedElsewhere" });
    }
  };

  type = (text: string): void => {
    this.typed += 1;
    const now = this.typed;
    const stays = this.draft.state === "changedElsewhere" || this.draft.state === "notSaved";
    this.set({ text, state: stays ? this.draft.state : "unsaved" });
    setTimeout(() => {
      if (now === this.typed && !this.closing.signal.aborted) void this.flush();
    }, SAVE_AFTER_MS);
  };

  /** At once, as when the page is left. */
  flush = (): Promise<void> => {
    this.working ??= this.saveAll().finally(() => {
      this.working = null;
    });
    return this.working;
  };

  /** At first, and again after `close`. */
  open = (): void => {
    this.closing = new AbortController();
  };

  /** Saves once more what is not saved yet. */
  close = (): void => {
    this.closing.abort();
    void this.flush();
  };

  get isSaved(): boolean {
    return !["unsaved", "saving", "notSaved", "changedElsewhere"].includes(this.draft.state);
  }

  private async saveAll(): Promise<void> {
    while (this.draft.state === "unsaved" || this.draft.state === "notSaved") {
      const { text } = this.draft;
      this.set({ state: "saving" });
      try {
        const note = await this.service.save(text, this.version);
        this.version = note.version;
        const isAll = text === this.draft.text;
        this.set({ state: isAll ? "saved" : "unsaved", savedAt: timeOf(note) });
      } catch (error) {
        const isStale = isProblem(error, "note-changed");
        this.set({ state: isStale ? "changedElsewhere" : "notSaved" });
        if (this.closing.signal.aborted) return;
        if (!isStale) await sleep(TRY_AGAIN_S, this.closing.signal);
      }
    }
  }

  private set(change: Partial<Draft>) {
    this.draft = { ...this.draft, ...change };
    for (const listener of this.listeners) listener();
  }
}

function timeOf(note: Note): Date | null {
  return note.changed_at ? new Date(note.changed_at) : null;
}
