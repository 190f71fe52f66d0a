import { expect, test } from "vitest";
import { Remembered } from "./storage";

const blocked = () => {
  throw new DOMException("The operation is insecure.", "SecurityError");
};
const full = () =>
  ({
    getItem: () => "from before",
    setItem: blocked,
    removeItem: blocked,
  }) as unknown as Storage;

test.each([
  ["blocked", blocked],
  ["null, as in some mail applications", () => null],
])("storage that is %s: the page remembers until it is closed", (_, area) => {
  const remembered = new Remembered(area);
  expect(remembered.get("a")).toBeNull();
  remembered.set("a", "1");
  expect(remembered.get("a")).toBe("1");
  remembered.remove("a");
  expect(remembered.get("a")).toBeNull();
});

test("storage that is full: the newer value counts, not the older one on the disk", () => {
  const remembered = new Remembered(full);
  expect(remembered.get("a")).toBe("from before");
  remembered.set("a", "now");
  expect(remembered.get("a")).toBe("now");
});
