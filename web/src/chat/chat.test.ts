import { expect, test } from "vitest";
import { ChatStore } from "./chatStore";
import { isTooLong, lengthOf, plain } from "./text";

const AT = new Date(0);

test("what is shown has no controls, and turns the direction of nothing", () => {
  expect(plain("a\u202Ecod\u2066\u0000\u001b[31m\u009f\ufeff\u200fb")).toBe("acod[31mb");
  expect(plain("  un\r\ndeux\u2028trois\ttab\n\n\n\n\nfin \n")).toBe("un\ndeux\ntrois\ttab\n\nfin");
});

test("markup, links and joined characters are texts like any other", () => {
  for (const text of ["<img src=x onerror=alert(1)>", "https://example.org", "👨‍👩‍👧 ça"]) {
    expect(plain(text)).toBe(text);
  }
});

test("characters are counted, not their halves", () => {
  expect(lengthOf("🙂é")).toBe(2);
  expect(isTooLong("🙂".repeat(2000))).toBe(false);
  expect(isTooLong("🙂".repeat(2001))).toBe(true);
});

test("messages of others are unread until the chat is open", () => {
  const store = new ChatStore();
  store.received("patient", "bonjour", AT);
  store.received("patient", " \u0000 ", AT);
  expect(store.snapshot()).toMatchObject({ unread: 1, latest: { number: 1, text: "bonjour" } });
  store.setOpen(true);
  store.received("practitioner", "oui", AT);
  store.wrote("non", AT);
  expect(store.snapshot()).toMatchObject({ unread: 0, latest: { text: "oui" } });
  store.setOpen(false);
  expect(store.snapshot().messages.map(({ from }) => from)).toEqual([
    "patient",
    "practitioner",
    "own",
  ]);
});

test("what is too long is not shown and said once, and only the newest are held", () => {
  const store = new ChatStore();
  let told = 0;
  store.subscribe(() => {
    told += 1;
  });
  for (let i = 0; i < 100; i++) store.received("patient", "x".repeat(2001), AT);
  expect(store.snapshot()).toMatchObject({ messages: [], unread: 0, hasRefused: true });
  expect(told).toBe(1);
  for (let i = 0; i < 1000; i++) store.received("patient", String(i), AT);
  expect(store.snapshot().messages).toHaveLength(200);
  expect(store.snapshot().messages.at(-1)?.text).toBe("999");
});
