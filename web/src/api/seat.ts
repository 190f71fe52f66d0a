import { ofThisBrowser } from "../storage";
import type { Seat } from "./types";

/** The patient's seat survives a reload and a closed tab of this browser, until it is given up. */
const KEY = "epedicare.seat";

export function storedSeat(): Seat | null {
  const text = ofThisBrowser.get(KEY);
  if (!text) return null;
  try {
    const seat = JSON.parse(text) as Partial<Seat>;
    return seat.session_id && seat.credential ? (seat as Seat) : null;
  } catch {
    return null;
  }
}

export function storeSeat(seat: Seat): void {
  ofThisBrowser.set(KEY, JSON.stringify(seat));
}

export function forgetSeat(): void {
  ofThisBrowser.remove(KEY);
}
