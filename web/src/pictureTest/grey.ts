/** Grey levels 0 to 255, row by row. */
export interface Grey {
  width: number;
  height: number;
  levels: Float32Array;
}

/** Rec. 601, as OpenCV makes grey. */
export function greyOf({ width, height, data }: ImageData): Grey {
  const levels = new Float32Array(width * height);
  for (let i = 0; i < levels.length; i++) {
    const [red, green, blue] = [data[4 * i], data[4 * i + 1], data[4 * i + 2]] as [
      number,
      number,
      number,
    ];
    levels[i] = 0.299 * red + 0.587 * green + 0.114 * blue;
  }
  return { width, height, levels };
}

/** Where a face is expected: five eighths of the width, three quarters of the height. */
export function middleOf(grey: Grey): Grey {
  const width = Math.round(grey.width * 0.625);
  const height = Math.round(grey.height * 0.75);
  const [left, top] = [(grey.width - width) >> 1, (grey.height - height) >> 1];
  const levels = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * grey.width + left;
    levels.set(grey.levels.subarray(from, from + width), y * width);
  }
  return { width, height, levels };
}

/** Each pixel beside and above the middle: hardly ever the child, whose shoulders are below. */
export function* around({ width, height }: Grey): Generator<number> {
  const side = Math.round(width * 0.1875);
  const top = Math.round(height * 0.125);
  for (let y = 0; y < height * 0.75; y++) {
    for (let x = 0; x < width; x++) {
      if (y < top || x < side || x >= width - side) yield y * width + x;
    }
  }
}
