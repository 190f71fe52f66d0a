/** Normalised points as x, y, x, y, …; the wire packs them as little-endian int16 pairs. */
export type Points = Float32Array;

const UNITS_PER_IMAGE = 16384;

export function unpackPoints(packed: Uint8Array): Points {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const points = new Float32Array(Math.floor(packed.byteLength / 4) * 2);
  for (let i = 0; i < points.length; i++) points[i] = view.getInt16(i * 2, true) / UNITS_PER_IMAGE;
  return points;
}
