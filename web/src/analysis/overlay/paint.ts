import { type PictureRect, placePoints } from "./geometry";
import type { Stroke } from "./scene";

/** One light line on one dark halo: together they stand out from any picture behind them. */
const LINE = "#f4fbff";
const HALO = "rgb(6 14 18 / 0.72)";
const HALO_PX = 2; // on either side
const TAG_FONT = "600 15px system-ui, sans-serif";

export interface Placement {
  rect: PictureRect;
  mirrored: boolean;
}

/** Draws all strokes in one pass, in CSS pixels; the context is scaled to the device's. */
export function paintStrokes(
  context: CanvasRenderingContext2D,
  strokes: readonly Stroke[],
  { rect, mirrored }: Placement,
): void {
  context.save();
  context.beginPath();
  context.rect(rect.x, rect.y, rect.width, rect.height);
  context.clip();
  context.lineJoin = "round";
  context.lineCap = "round";
  for (const stroke of strokes) {
    const path = pathOf(stroke, rect, mirrored);
    context.globalAlpha = stroke.opacity;
    context.strokeStyle = HALO;
    context.lineWidth = stroke.widthPx + 2 * HALO_PX;
    context.stroke(path);
    context.strokeStyle = LINE;
    context.lineWidth = stroke.widthPx;
    context.stroke(path);
    if (stroke.tag !== undefined) paintTag(context, stroke, rect, mirrored);
  }
  context.restore();
}

function paintTag(
  context: CanvasRenderingContext2D,
  stroke: Stroke,
  rect: PictureRect,
  mirrored: boolean,
): void {
  const [x = 0, y = 0] = placePoints(
    stroke.lines[0]?.points ?? new Float32Array(2),
    rect,
    mirrored,
  );
  context.font = TAG_FONT;
  context.textAlign = mirrored ? "right" : "left";
  context.textBaseline = "bottom";
  context.strokeStyle = HALO;
  context.lineWidth = 2 * HALO_PX;
  context.strokeText(stroke.tag ?? "", x, y - HALO_PX);
  context.fillStyle = LINE;
  context.fillText(stroke.tag ?? "", x, y - HALO_PX);
}

function pathOf(stroke: Stroke, rect: PictureRect, mirrored: boolean): Path2D {
  const path = new Path2D();
  for (const { points, closed } of stroke.lines) {
    const placed = placePoints(points, rect, mirrored);
    path.moveTo(placed[0] as number, placed[1] as number);
    for (let i = 2; i < placed.length; i += 2) {
      path.lineTo(placed[i] as number, placed[i + 1] as number);
    }
    if (closed) path.closePath();
  }
  return path;
}
