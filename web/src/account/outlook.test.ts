import { expect, test } from "vitest";
import { outlook } from "./outlook";

test.each([
  [1800, 43_200, null, 1680],
  [121, 43_200, null, 1],
  [120, 43_200, "idle", 121],
  [0, 43_200, "idle", 1],
  [1800, 100, "age", 101],
  [90, 90, "age", 91],
  [null, 43_200, null, 43_080],
  [null, null, null, 60],
])(
  "idle in %j s and over in %j s: warns of %j, looks again in %j s",
  (idle, ends, warning, lookInS) => {
    expect(outlook({ idle_in_s: idle, ends_in_s: ends })).toEqual({ warning, lookInS });
  },
);
