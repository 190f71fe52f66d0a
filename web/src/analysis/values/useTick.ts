import { useEffect, useState } from "react";

/** Renders again at a steady pace, for what is read afresh from a store at each render. */
export function useTick(intervalMs: number): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => setCount((n) => n + 1), intervalMs);
    return () => window.clearInterval(timer);
  }, [intervalMs]);
  return count;
}
