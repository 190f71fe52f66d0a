import { type RefObject, useEffect, useRef } from "react";
import type uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

const FRAME_MS = 1000 / 5; // calm to the eye, and the picture above needs the time more

/** Keeps one plot in an element: made anew when `make` changes, fed steadily, sized with its host. */
export function usePlot(
  make: (host: HTMLElement) => uPlot,
  feed: (plot: uPlot) => void,
): RefObject<HTMLDivElement | null> {
  const host = useRef<HTMLDivElement>(null);
  const latestFeed = useRef(feed);
  latestFeed.current = feed;

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const plot = make(element);
    let animation = 0;
    let fedAtMs = 0;
    const step = (nowMs: number) => {
      animation = requestAnimationFrame(step);
      if (nowMs - fedAtMs < FRAME_MS) return;
      fedAtMs = nowMs;
      latestFeed.current(plot);
    };
    animation = requestAnimationFrame(step);
    const observer = new ResizeObserver(() => {
      plot.setSize({ width: Math.max(1, element.clientWidth), height: plot.height });
    });
    observer.observe(element);
    return () => {
      cancelAnimationFrame(animation);
      observer.disconnect();
      plot.destroy();
    };
  }, [make]);
  return host;
}
