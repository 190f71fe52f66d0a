import { Api, isRefused, type Seat, storedSeat, storeSeat } from "../api";

let fromFragment: Promise<Seat> | null = null;

/** The seat of this browser: from the invitation link's fragment, which is cleared from the address
 *  and the history, or from an earlier visit; null when there is neither. The secret works once, so
 *  a second caller waits for the first one's answer. */
export async function takeSeat(): Promise<Seat | null> {
  const secret = location.hash.slice(1);
  if (secret) {
    history.replaceState(history.state, "", location.pathname + location.search);
    fromFragment = redeem(secret).finally(() => {
      fromFragment = null;
    });
  }
  return fromFragment ?? storedSeat();
}

async function redeem(secret: string): Promise<Seat> {
  try {
    const seat = await new Api().redeem({ secret });
    storeSeat(seat);
    return seat;
  } catch (error) {
    // The family opens the same link again: this browser holds the seat already.
    const seat = isRefused(error, 409, 410) ? storedSeat() : null;
    if (seat) return seat;
    throw error;
  }
}
