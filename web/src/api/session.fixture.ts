import type { Session } from "./types";

/** For tests: a call in which the family agreed to all, and all is measured and kept. */
export const LIVE: Session = {
  id: "4f2a",
  short_id: "4f2a",
  state: "live",
  sample: false,
  created_at: "2026-11-22T10:00:00Z",
  live_at: "2026-11-22T10:01:00Z",
  ended_at: null,
  patient: {
    state: "joined",
    analysis: "granted",
    keeping: true,
    consent: {
      live_analysis: "agreed",
      keeping: "agreed",
      research_use: "agreed",
      answered_at: "2026-11-22T10:00:30Z",
      child_assent: true,
    },
    waiting_word: null,
  },
  agent: { state: "analysing" },
  measurements: {
    being_kept: true,
    kept: true,
    keeping_days: 90,
    research_use_days: 3650,
    kept_until: null,
  },
  professionals: { here: 1, observing: 0 },
};
