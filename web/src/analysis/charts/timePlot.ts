import uPlot from "uplot";
import { formatClock } from "../values/format";
import { calmBounds, decimalsOf } from "./bounds";
import { themeOf } from "./theme";
import type { TimeRange, TimeSource } from "./timeSource";

/** Room at the left of every plot, so that all plots of a stack share one time axis. */
const AXIS_WIDTH_PX = 48;
export const TIME_AXIS_HEIGHT_PX = 26;
const BAND_ROOM_PX = 7; // for the quality band below the plot

export interface TimePlotOptions {
  height: number;
  hasTimeAxis: boolean;
  /** What the measure can be. */
  low: number | undefined;
  high: number | undefined;
  /** Plots with the same name share one cursor. */
  syncKey: string;
  formatY: ((value: number, decimals: number) => string) | undefined;
  /** Drawn over the plot, in canvas pixels. */
  draw: (plot: uPlot) => void;
  onCursor: (tMs: number | undefined) => void;
}

/** One uPlot with a shared time axis; the caller feeds it. */
export function createTimePlot(
  host: HTMLElement,
  source: TimeSource,
  options: TimePlotOptions,
): uPlot {
  const muted = () => themeOf(host).muted;
  const rule = () => themeOf(host).rule;
  const plot = new uPlot(
    {
      width: Math.max(1, host.clientWidth),
      height: options.height,
      padding: [6, 20, options.hasTimeAxis ? 0 : BAND_ROOM_PX, 0],
      legend: { show: false },
      cursor: {
        y: false,
        drag: { x: false, y: false },
        points: { show: false },
        sync: { key: options.syncKey, setSeries: false },
      },
      scales: {
        x: { time: false, range: () => pair(source.range()) },
        y: { range: (_, min, max) => calmBounds(min, max, options) },
      },
      series: [{}, { stroke: () => themeOf(host).line, width: 1.25, points: { show: false } }],
      axes: [
        {
          show: options.hasTimeAxis,
          size: TIME_AXIS_HEIGHT_PX,
          font: FONT,
          stroke: muted,
          grid: { stroke: rule, width: 1 },
          ticks: { show: false },
          space: 72,
          incrs: STEPS_MS,
          splits: (_plot, _axis, min, max, step) => roundTimes(min, max, step, source.clockMs(0)),
          values: (_, splits) => splits.map((tMs) => timeLabel(source.clockMs(tMs))),
        },
        {
          size: AXIS_WIDTH_PX,
          font: FONT,
          stroke: muted,
          grid: { show: options.formatY !== undefined, stroke: rule, width: 1 },
          ticks: { show: false },
          space: 13, // three values on the lowest plot
          values: (_plot, splits, _axis, _space, step) =>
            splits.map((value) => options.formatY?.(value, decimalsOf(step)) ?? ""),
        },
      ],
      hooks: {
        draw: [options.draw, (plot) => drawCursor(plot, source.cursorMs())],
        setCursor: [({ cursor, posToVal }) => options.onCursor(timeAt(cursor.left, posToVal))],
      },
    },
    [[], []],
    host,
  );
  if (source.seek !== undefined) seekOnPress(plot, source.seek);
  return plot;
}

const FONT = "12px 'Inter Variable', system-ui, sans-serif";
const STEPS_MS = [100, 200, 500, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].map(
  (step, i) => (i < 3 ? step : step * 1000),
);

/** Times that are round on the reader's clock, which need not start with the media's. */
export function roundTimes(fromMs: number, toMs: number, stepMs: number, offsetMs: number) {
  const times: number[] = [];
  const first = Math.ceil((fromMs + offsetMs) / stepMs) * stepMs - offsetMs;
  for (let tMs = first; tMs <= toMs; tMs += stepMs) times.push(tMs);
  return times;
}

/** Nothing stands at times before the session began. */
function timeLabel(clockMs: number): string {
  return clockMs < 0 ? "" : formatClock(clockMs);
}

function pair({ fromMs, toMs }: TimeRange): uPlot.Range.MinMax {
  return [fromMs, Math.max(toMs, fromMs + 1)];
}

function timeAt(left: number | undefined, posToVal: uPlot["posToVal"]): number | undefined {
  return left === undefined || left < 0 ? undefined : posToVal(left, "x");
}

function drawCursor(plot: uPlot, tMs: number | undefined): void {
  if (tMs === undefined) return;
  const { ctx, bbox } = plot;
  const x = Math.round(plot.valToPos(tMs, "x", true));
  if (x < bbox.left || x > bbox.left + bbox.width) return;
  ctx.save();
  ctx.fillStyle = themeOf(plot.root).ink;
  ctx.fillRect(x, bbox.top, window.devicePixelRatio, bbox.height);
  ctx.restore();
}

function seekOnPress(plot: uPlot, seek: (tMs: number) => void): void {
  plot.over.addEventListener("pointerdown", (event) => {
    plot.over.setPointerCapture(event.pointerId);
    seek(plot.posToVal(event.offsetX, "x"));
  });
  plot.over.addEventListener("pointermove", (event) => {
    if (event.buttons === 1) seek(plot.posToVal(event.offsetX, "x"));
  });
}
