import type { Api } from "../api";
import { ofThisTab } from "../storage";

const SECRET = "#join=";
const KEPT = "epedicare.join";

/** A colleague's link is opened before its reader has signed in, perhaps at another address: its
 *  secret waits in this tab, and leaves the address and the history. */
export function keepJoinSecret(): void {
  if (!location.hash.startsWith(SECRET)) return;
  ofThisTab.set(KEPT, location.hash.slice(SECRET.length));
  history.replaceState(history.state, "", location.pathname + location.search);
}

/** A link waits until somebody who may follow it is signed in. */
export function isJoining(): boolean {
  return ofThisTab.get(KEPT) !== null;
}

/** Once: the session at whose door the practitioner stands now. null: there was no link. */
export async function join(api: Api): Promise<string | null> {
  const secret = ofThisTab.get(KEPT);
  if (!secret) return null;
  ofThisTab.remove(KEPT);
  return (await api.joinColleague(secret)).session_id;
}
