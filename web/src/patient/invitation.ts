import { Api, isRefused, type Seat, storedSeat, storeSeat } from "../api";

/** What this page can begin with. */
export type Door =
  | { kind: "invited"; secret: string }
  /** isNew: the welcome was read before the seat was taken. */
  | { kind: "seated"; seat: Seat; isNew: boolean };

/** An invitation in the address, or the seat of an earlier visit; null when there is neither. The
 *  invitation stays in the address, unused, until the family goes on: a mail application's own
 *  browser hands the address over to another one. */
export async function findDoor(): Promise<Door | null> {
  const secret = location.hash.slice(1);
  if (!secret) return again();
  return orSeatHeldHere(new Api().peek(secret).then(() => ({ kind: "invited", secret })));
}

/** The invitation works once, and leaves the address and the history. */
export async function accept(secret: string): Promise<Door> {
  return orSeatHeldHere(
    new Api().redeem({ secret }).then((seat) => {
      storeSeat(seat);
      clearAddress();
      return { kind: "seated", seat, isNew: true };
    }),
  );
}

/** The family opens the same link again: this browser holds the seat already. */
async function orSeatHeldHere(invited: Promise<Door>): Promise<Door> {
  try {
    return await invited;
  } catch (error) {
    const door = isRefused(error, 409, 410) ? again() : null;
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
