import { describe, expect, test } from "vitest";
import { type Grey, greyOf } from "./grey";
import { blurOf, isBlurred, lightOf, moves } from "./judge";
import { PictureTester, problemsOf } from "./pictureTest";

const [WIDTH, HEIGHT] = [640, 360];

function picture(level: (x: number, y: number) => number): Grey {
  const levels = new Float32Array(WIDTH * HEIGHT);
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++) levels[y * WIDTH + x] = level(x, y);
  return { width: WIDTH, height: HEIGHT, levels };
}

const isMiddle = (x: number, y: number) => x >= 120 && x < 520 && y >= 45 && y < 315;

/** Edges everywhere, each this many pixels wide. */
function checks(edge: number, shift = 0): Grey {
  const ramp = (at: number) => {
    const phase = (at + shift) % 40;
    if (phase < 20) return Math.min(1, phase / edge);
    return Math.max(0, 1 - (phase - 20) / edge);
  };
  return picture((x, y) => 60 + 60 * ramp(x) + 60 * ramp(y));
}

describe("light", () => {
  test.each([
    ["good", () => 120],
    ["dark", () => 30],
    ["bright", () => 254],
    ["backlit", (x: number, y: number) => (isMiddle(x, y) ? 70 : 220)],
    // A dark wall behind a lit face is no harm.
    ["good", (x: number, y: number) => (isMiddle(x, y) ? 150 : 20)],
  ] as const)("%s", (light, level) => {
    expect(lightOf(picture(level))).toBe(light);
  });

  test("grey is made as OpenCV makes it", () => {
    const data = new Uint8ClampedArray([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255]);
    const { levels } = greyOf({ width: 3, height: 1, data } as ImageData);
    expect([...levels].map(Math.round)).toEqual([76, 150, 29]);
  });
});

describe("blur", () => {
  test("wide edges are blurred, narrow ones are not, in either direction", () => {
    expect(isBlurred(blurOf(checks(1)))).toBe(false);
    expect(isBlurred(blurOf(checks(12)))).toBe(true);
    const upright = checks(12);
    const across = picture(
      (x, y) => (upright.levels[y * WIDTH + x] as number) + (x % 40 < 20 ? 0 : 90),
    );
    expect(isBlurred(blurOf(across)), "sharp one way, blurred the other").toBe(true);
  });

  test("nothing to see is not sharp", () => {
    expect(blurOf(picture(() => 90))).toBe(1);
  });
});

describe("stillness", () => {
  test("a camera that moves changes what is around the child", () => {
    expect(moves(checks(1, 10), checks(1))).toBe(true);
    expect(moves(checks(1), checks(1))).toBe(false);
  });

  test("a child that moves is no camera that moves", () => {
    const moved = picture((x, y) => (isMiddle(x, y) || y > 280 ? 200 : 90));
    expect(
      moves(
        moved,
        picture(() => 90),
      ),
    ).toBe(false);
  });

  test("a phone that was turned begins anew", () => {
    const turned = { width: HEIGHT, height: WIDTH, levels: checks(1).levels };
    expect(moves(turned, checks(1))).toBe(false);
  });
});

describe("what is found", () => {
  function foundIn(looks: (i: number) => Grey, hz = 25): ReturnType<PictureTester["found"]> {
    const tester = new PictureTester();
    for (let i = 0; i < 5; i++) {
      expect(tester.found(WIDTH, HEIGHT)).toBeNull();
      tester.look(looks(i), i * 400, i * 0.4 * hz);
    }
    return tester.found(WIDTH, HEIGHT);
  }

  test("a good picture has no problem", () => {
    const found = foundIn(() => checks(1));
    expect(found).toEqual({
      light: "good",
      sharpness: "good",
      stillness: "good",
      frame_hz: 25,
      width_px: WIDTH,
      height_px: HEIGHT,
    });
    expect(found && problemsOf(found)).toEqual([]);
  });

  test("one gesture before the camera is no moving camera, shaking is", () => {
    expect(foundIn((i) => checks(1, i === 4 ? 10 : 0))?.stillness).toBe("good");
    expect(foundIn((i) => checks(1, i % 2 ? 10 : 0))?.stillness).toBe("moving");
  });

  test("each problem is told, the most important first", () => {
    const found = foundIn(() => picture(() => 20), 8);
    expect(found && problemsOf({ ...found, width_px: 320, height_px: 240 })).toEqual([
      "dark",
      "blurred",
      "slow",
      "small",
    ]);
  });
});
