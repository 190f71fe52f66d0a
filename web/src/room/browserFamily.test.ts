import { expect, test } from "vitest";
import { browserFamily } from "./browserFamily";

const MOZILLA = "Mozilla/5.0";
const WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)";

test.each([
  [
    "chrome",
    `${MOZILLA} (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36`,
    0,
  ],
  [
    "chrome",
    `${MOZILLA} (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0.0.0 Safari/537.36 Edg/156.0`,
    0,
  ],
  [
    "chrome",
    `${MOZILLA} (Linux; Android 16; K) AppleWebKit/537.36 Chrome/156.0.0.0 Mobile Safari/537.36`,
    5,
  ],
  ["firefox", `${MOZILLA} (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0`, 0],
  ["firefox", `${MOZILLA} (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0`, 5],
  [
    "safari",
    `${MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/26.0 Safari/605.1.15`,
    0,
  ],
  [
    "iphone",
    `${MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/26.0 Safari/605.1.15`,
    5,
  ],
  [
    "iphone",
    `${MOZILLA} (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${WEBKIT} CriOS/156.0 Safari/604.1`,
    5,
  ],
  [
    "iphone",
    `${MOZILLA} (iPhone; CPU iPhone OS 18_6 like Mac OS X) ${WEBKIT} FxiOS/150.0 Safari/605.1.15`,
    5,
  ],
])("%s: %s", (family, userAgent, maxTouchPoints) => {
  expect(browserFamily({ userAgent, maxTouchPoints })).toBe(family);
});
