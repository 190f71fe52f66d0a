import { useEffect, useState } from "react";

const EACH_MS = 1000;

/** The time of day, in Unix ms; renders each second. For what time alone changes. */
export function useClock(): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = window.setInterval(() => setNowMs(Date.now()), EACH_MS);
    return () => window.clearInterval(timer);
  }, []);
  return nowMs;
}
