import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Note } from "../../api";
import { Refused } from "../../api/errors";
import { NoteDraft } from "./noteDraft";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const stale = new Refused(409, "note-changed", "");
const away = new Refused(503, "server", "");

/** What the service keeps, and what it does with the next savings. */
class Kept {
  note: Note = { text: "before", version: 3, changed_at: "2026-11-30T00:00:00Z" };
  saved: string[] = [];
  faults: unknown[] = [];

  load = async () => this.note;
  save = async (text: string, version: number) => {
    const fault = this.faults.shift();
    if (fault) throw fault;
    if (version !== this.note.version) throw stale;
    this.saved.push(text);
    this.note = { text, version: version + 1, changed_at: "2026-11-30T00:01:00Z" };
    return this.note;
  };
}

async function opened(kept = new Kept()) {
  const draft = new NoteDraft(kept);
  await draft.load();
  return { draft, kept };
}

test("what is typed is saved when the typing pauses, and said to be", async () => {
  const { draft, kept } = await opened();
  expect(draft.snapshot()).toMatchObject({ text: "before", state: "saved" });
  for (const text of ["a", "ab", "abc"]) draft.type(text);
  expect(draft.snapshot().state).toBe("unsaved");
  expect(draft.isSaved).toBe(false);
  await vi.advanceTimersByTimeAsync(2000);
  expect(kept.saved).toEqual(["abc"]);
  expect(draft.snapshot()).toMatchObject({ text: "abc", state: "saved" });
  expect(draft.isSaved).toBe(true);
});

test("what is typed while it is being saved is saved after it", async () => {
  const { draft, kept } = await opened();
  draft.type("first");
  const saving = draft.flush();
  draft.type("second");
  await saving;
  expect(kept.saved).toEqual(["first", "second"]);
  expect(draft.snapshot()).toMatchObject({ text: "second", state: "saved" });
});

test("a service that is away is asked again, and what is typed meanwhile is not lost", async () => {
  const { draft, kept } = await opened();
  kept.faults = [away, away];
  draft.type("kept here");
  await vi.advanceTimersByTimeAsync(2000);
  expect(draft.snapshot()).toMatchObject({ text: "kept here", state: "notSaved" });
  draft.type("kept here, too");
  await vi.advanceTimersByTimeAsync(12_000);
  expect(kept.saved).toEqual(["kept here, too"]);
  expect(draft.snapshot().state).toBe("saved");
});

test("another window's note is not overwritten before the person has chosen", async () => {
  const { draft, kept } = await opened();
  kept.note = { ...kept.note, text: "theirs", version: 9 };
  draft.type("mine");
  await vi.advanceTimersByTimeAsync(2000);
  expect(draft.snapshot()).toMatchObject({ text: "mine", state: "changedElsewhere" });
  draft.type("mine, longer");
  await vi.advanceTimersByTimeAsync(20_000);
  expect(kept.saved).toEqual([]);
  await draft.keepThis();
  expect(kept.saved).toEqual(["mine, longer"]);
  kept.note = { ...kept.note, text: "theirs again", version: 20 };
  draft.type("x");
  await draft.flush();
  await draft.load();
  expect(draft.snapshot()).toMatchObject({ text: "theirs again", state: "saved" });
});

test("a page that is left saves once more, and does not go on for ever", async () => {
  const { draft, kept } = await opened();
  kept.faults = [away, away, away];
  draft.type("last words");
  draft.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(kept.faults).toHaveLength(2);
});

test("what could not be read says so", async () => {
  const draft = new NoteDraft({ load: () => Promise.reject(away), save: () => Promise.reject() });
  await draft.load();
  expect(draft.snapshot()).toMatchObject({ text: "", state: "notLoaded" });
});
