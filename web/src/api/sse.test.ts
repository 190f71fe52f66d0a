import { expect, test } from "vitest";
import { EventStreamParser } from "./sse";

test("an event cut anywhere arrives whole, once", () => {
  const text = 'event: session\ndata: {"id":"é"}\n\n: keep-alive\n\ndata: a\ndata: b\r\n\r\n';
  for (let cut = 0; cut <= text.length; cut++) {
    const parser = new EventStreamParser();
    const events = [...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))];
    expect(events, `cut at ${cut}`).toEqual([
      { event: "session", data: '{"id":"é"}' },
      { event: "message", data: "a\nb" },
    ]);
  }
});

test("comments and events without data are silent", () => {
  expect(new EventStreamParser().push(": hello\n\nevent: session\n\n")).toEqual([]);
});
