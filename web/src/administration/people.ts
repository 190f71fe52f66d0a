import type { AccountView } from "../api";

/** Whoever waits for a role comes first. */
export type GroupName = "waiting" | "active" | "barred";

export interface Group {
  name: GroupName;
  accounts: AccountView[];
}

export function groupsOf(accounts: readonly AccountView[]): Group[] {
  return (["waiting", "active", "barred"] as const)
    .map((name) => ({ name, accounts: accounts.filter((account) => groupOf(account) === name) }))
    .filter(({ accounts: members }) => members.length > 0);
}

function groupOf({ barred_at, roles_of_provider, roles_given }: AccountView): GroupName {
  if (barred_at) return "barred";
  return roles_of_provider.length + roles_given.length > 0 ? "active" : "waiting";
}

/** By its label, its code or a unit, whatever the case and the hyphens. */
export function isFound({ label, code, units }: AccountView, wanted: string): boolean {
  const plain = (text: string) => text.toLocaleLowerCase().replaceAll("-", "").trim();
  return [label ?? "", code, ...units.map(({ title }) => title)].some((text) =>
    plain(text).includes(plain(wanted)),
  );
}
