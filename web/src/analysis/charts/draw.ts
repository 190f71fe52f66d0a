import type uPlot from "uplot";
import { Quality } from "../../generated/epedicare/analysis/v1/analysis_pb";
import type { SeriesView } from "../stream/series";
import type { Unknown } from "../values/unknown";
import { runsOf } from "./runs";
import { themeOf } from "./theme";
import type { TimeRange, TimeSource } from "./timeSource";

const BAND_PX = 4;
export const LANE_PX = 18;
const BAR_PX = 8;
const FRAME_HOLD_MS = 400;

/** Under a series: full where the signal is good, dashed where usable, a hairline where neither. */
export function drawQualityBand(plot: uPlot, view: SeriesView, holdMs: number): void {
  const { ctx, bbox } = plot;
  const scale = window.devicePixelRatio;
  const { quality } = themeOf(plot.root);
  const top = bbox.top + bbox.height + scale;
  ctx.save();
  for (const run of runsOf(view.tMs, view.quality, holdMs)) {
    const [left, right] = clampedX(plot, run.fromMs, run.toMs);
    const kind = run.value as Quality;
    const height = kind === Quality.NOT_MEASURABLE ? 1 : BAND_PX;
    ctx.fillStyle = quality[kind as 1 | 2 | 3] ?? quality[3];
    if (kind === Quality.USABLE) {
      for (let x = left; x < right; x += 6 * scale) {
        ctx.fillRect(x, top, Math.min(3 * scale, right - x), height * scale);
      }
    } else {
      ctx.fillRect(left, top, right - left, height * scale);
    }
  }
  ctx.restore();
}

/** Says what is not known where there is room, and hatches it when it stays so. */
export function drawUnknown(
  plot: uPlot,
  unknown: readonly Unknown[],
  { top, height }: { top: number; height: number },
  nameOf: (why: Unknown["why"]) => string,
): void {
  const { ctx } = plot;
  const scale = window.devicePixelRatio;
  const theme = themeOf(plot.root);
  for (const { fromMs, toMs, why } of unknown) {
    const [left, right] = clampedX(plot, fromMs, toMs);
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, right - left, height);
    ctx.clip();
    if (why !== "loading") hatch(ctx, { left, right, top, height }, theme.rule, scale);
    const name = nameOf(why);
    ctx.font = `${12 * scale}px ${getComputedStyle(document.body).fontFamily}`;
    const room = ctx.measureText(name).width + 12 * scale;
    if (room <= right - left) {
      const middle = top + height / 2;
      const centre = (left + right) / 2;
      ctx.fillStyle = theme.surface;
      ctx.fillRect(centre - room / 2, middle - 9 * scale, room, 18 * scale);
      ctx.fillStyle = theme.muted;
      ctx.textAlign = "center";
      ctx.textBaseline = "middle";
      ctx.fillText(name, centre, middle);
    }
    ctx.restore();
  }
}

const HATCH_PX = 8;

function hatch(
  ctx: CanvasRenderingContext2D,
  { left, right, top, height }: { left: number; right: number; top: number; height: number },
  colour: string,
  scale: number,
): void {
  ctx.strokeStyle = colour;
  ctx.lineWidth = scale;
  ctx.beginPath();
  for (let x = left - height; x < right; x += HATCH_PX * scale) {
    ctx.moveTo(x, top + height);
    ctx.lineTo(x + height, top);
  }
  ctx.stroke();
}

export interface Lane {
  /** undefined: the lane of the face's presence. */
  kind: number | undefined;
}

/** Bars for what lasts, ticks for what happens at once, one lane for each kind. */
export function drawLanes(
  plot: uPlot,
  lanes: readonly Lane[],
  source: TimeSource,
  range: TimeRange,
  nameOfUnknown: (why: Unknown["why"]) => string,
): void {
  const { ctx, bbox } = plot;
  const theme = themeOf(plot.root);
  const events = source.events(range);
  ctx.save();
  lanes.forEach(({ kind }, index) => {
    const middle = bbox.top + ((index + 0.5) / lanes.length) * bbox.height;
    ctx.fillStyle = theme.rule;
    ctx.fillRect(bbox.left, Math.round(middle), bbox.width, window.devicePixelRatio);
    ctx.fillStyle = kind === undefined ? theme.muted : theme.ink;
    if (kind === undefined) {
      drawPresence(plot, source.facePresence(range), middle);
      const height = bbox.height / lanes.length;
      const lane = { top: middle - height / 2, height };
      drawUnknown(plot, source.unknown(range), lane, nameOfUnknown);
      return;
    }
    for (const event of events) {
      if (event.kind === kind) drawBar(plot, event.onsetMs, source.endOf(event), middle);
    }
  });
  ctx.restore();
}

function drawPresence(plot: uPlot, presence: SeriesView, middle: number): void {
  for (const run of runsOf(presence.tMs, presence.values, FRAME_HOLD_MS)) {
    if (run.value === 1) drawBar(plot, run.fromMs, run.toMs, middle);
  }
}

function drawBar(plot: uPlot, fromMs: number, toMs: number, middle: number): void {
  const scale = window.devicePixelRatio;
  const [left, right] = clampedX(plot, fromMs, toMs);
  const height = BAR_PX * scale;
  plot.ctx.beginPath();
  plot.ctx.roundRect(left, middle - height / 2, Math.max(right - left, 3 * scale), height, scale);
  plot.ctx.fill();
}

function clampedX(plot: uPlot, fromMs: number, toMs: number): [number, number] {
  const { left, width } = plot.bbox;
  const inside = (tMs: number) =>
    Math.min(left + width, Math.max(left, plot.valToPos(tMs, "x", true)));
  return [inside(fromMs), inside(toMs)];
}
