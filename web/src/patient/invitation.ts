import { Api, isProblem, isRefused, type Seat, storedSeat, storeSeat } from "../api";

/** What this page can begin with. */
export type Door =
  /** opensAt: it is too early; null: the family may go on. */
  | { kind: "invited"; secret: string; opensAt: string | null }
  /** isNew: the welcome was read before the seat was taken. */
  | { kind: "seated"; seat: Seat; isNew: boolean };

/** An invitation in the address, or the seat of an earlier visit; null when there is neither. The
 *  invitation stays in the address, unused, until the family goes on: a mail application's own
 *  browser hands the address over to another one. */
export async function findDoor(): Promise<Door | null> {
  const secret = location.hash.slice(1);
  return secret ? orSeatHeldHere(lookAt(secret)) : again();
}

/** Whether it is open is the service's word: the clock here may be wrong. */
async function lookAt(secret: string): Promise<Door> {
  const { opens_at } = await new Api().peek(secret);
  return { kind: "invited", secret, opensAt: opens_at };
}

/** The invitation works once, and leaves the address and the history. */
export async function accept(secret: string): Promise<Door> {
  return orSeatHeldHere(
    new Api().redeem({ secret }).then(
      (seat) => {
        storeSeat(seat);
        clearAddress();
        return { kind: "seated", seat, isNew: true };
      },
      (error: unknown) => {
        // The appointment was moved while the welcome was read.
        if (isProblem(error, "invite-not-open")) return lookAt(secret);
        throw error;
      },
    ),
  );
}

/** The family opens the same link again: this browser holds the seat already. */
async function orSeatHeldHere(invited: Promise<Door>): Promise<Door> {
  try {
    return await invited;
  } catch (error) {
    const isUsedUp = isRefused(error, 409, 410) && !isProblem(error, "session-cancelled");
    const door = isUsedUp ? again() : null;
    if (!door) throw error;
    clearAddress();
    return door;
  }
}

function again(): Door | null {
  const seat = storedSeat();
  return seat && { kind: "seated", seat, isNew: false };
}

function clearAddress(): void {
  history.replaceState(history.state, "", location.pathname + location.search);
}
