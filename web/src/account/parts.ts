import type { AccountRole } from "../api";

export interface Part {
  role: AccountRole;
  to: string;
  /** Its words: parts.… of account.json. */
  name: "sessions" | "people" | "units" | "audit" | "research";
}

/** Where signing in leads, for everybody. */
export const HOME = "/practitioner";

const ALL: readonly Part[] = [
  { role: "practitioner", to: HOME, name: "sessions" },
  { role: "researcher", to: "/research", name: "research" },
  { role: "administrator", to: "/administration", name: "people" },
  { role: "administrator", to: "/administration/units", name: "units" },
  { role: "auditor", to: "/audit", name: "audit" },
];

export const ALL_ROLES: readonly AccountRole[] = [
  "practitioner",
  "researcher",
  "administrator",
  "auditor",
];

/** What somebody with these roles may open; the first is where they land. */
export function partsOf(roles: readonly AccountRole[]): readonly Part[] {
  return ALL.filter(({ role }) => roles.includes(role));
}
