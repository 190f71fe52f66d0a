import { type RefObject, useEffect, useRef } from "react";
import type uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

const FED_EACH_MS = 1000 / 5; // calm to the eye, and the picture above needs the time more

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
    const feedNow = () => latestFeed.current(plot);
    let animation = requestAnimationFrame(feedNow);
    // All plots in one frame, and no frame asked for in between.
    const timer = window.setInterval(() => {
      cancelAnimationFrame(animation);
      animation = requestAnimationFrame(feedNow);
    }, FED_EACH_MS);
    const observer = new ResizeObserver(() => {
      plot.setSize({ width: Math.max(1, element.clientWidth), height: plot.height });
    });
    observer.observe(element);
    return () => {
      window.clearInterval(timer);
      cancelAnimationFrame(animation);
      observer.disconnect();
      plot.destroy();
    };
  }, [make]);
  return host;
}
