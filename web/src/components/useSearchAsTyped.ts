import { useEffect } from "react";

const TYPING_MS = 300;

/** Searches when the typing pauses. `wantedBy` and `onSearch` are the same at each rendering. */
export function useSearchAsTyped<Typed, Wanted>(
  typed: Typed,
  wantedBy: (typed: Typed) => Wanted,
  onSearch: (wanted: Wanted) => void,
): void {
  useEffect(() => {
    const timer = setTimeout(() => onSearch(wantedBy(typed)), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed, wantedBy, onSearch]);
}
