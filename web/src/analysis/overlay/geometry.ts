import type { Points } from "../stream/points";

/** Where the picture lies inside its element, in CSS pixels. */
export interface PictureRect {
  x: number;
  y: number;
  width: number;
  height: number;
}

export type Fit = "contain" | "cover";

/** As the browser lays out `object-fit` with `object-position: center`. */
export function fitPicture(
  picture: { width: number; height: number },
  element: { width: number; height: number },
  fit: Fit,
): PictureRect {
  if (picture.width <= 0 || picture.height <= 0) return { x: 0, y: 0, width: 0, height: 0 };
  const scales = [element.width / picture.width, element.height / picture.height] as const;
  const scale = fit === "contain" ? Math.min(...scales) : Math.max(...scales);
  const width = picture.width * scale;
  const height = picture.height * scale;
  return { x: (element.width - width) / 2, y: (element.height - height) / 2, width, height };
}

/** Normalised points to CSS pixels of the element; a mirrored picture is flipped left to right. */
export function placePoints(points: Points, rect: PictureRect, mirrored: boolean): Points {
  const placed = new Float32Array(points.length);
  for (let i = 0; i + 1 < points.length; i += 2) {
    const x = points[i] as number;
    placed[i] = rect.x + (mirrored ? 1 - x : x) * rect.width;
    placed[i + 1] = rect.y + (points[i + 1] as number) * rect.height;
  }
  return placed;
}

/**
 * Whether a result was computed on a picture of this shape. After a rotation or a change of camera
 * a result of the old picture must not be drawn on the new one. The sender may scale, and sizes
 * are rounded to even numbers, so only the proportions count.
 */
export function sameShape(
  a: { width: number; height: number },
  b: { width: number; height: number },
): boolean {
  if (a.width === 0 || a.height === 0 || b.width === 0 || b.height === 0) return false;
  return Math.abs((a.width * b.height) / (a.height * b.width) - 1) < 0.03;
}
