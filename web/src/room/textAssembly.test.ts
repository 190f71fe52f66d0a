import { expect, test } from "vitest";
import { type Outcome, TextAssembly } from "./textAssembly";

const TOPIC = "epedicare.chat";
const MOST_BYTES = 100;

const utf8 = (text: string) => new TextEncoder().encode(text);

function packet(kind: string, value: unknown) {
  return { participantIdentity: "patient", value: { case: kind, value } };
}

function header(change: object = {}) {
  return packet("streamHeader", {
    streamId: "one",
    topic: TOPIC,
    contentHeader: { case: "textHeader" },
    compression: 0,
    ...change,
  });
}

const chunk = (index: number, content: Uint8Array, streamId = "one") =>
  packet("streamChunk", { streamId, chunkIndex: BigInt(index), content });
const trailer = (reason = "", streamId = "one") => packet("streamTrailer", { streamId, reason });

function outcomeOf(...packets: ReturnType<typeof packet>[]): Outcome {
  const assembly = new TextAssembly(TOPIC, MOST_BYTES);
  const outcomes = packets.map((each) => assembly.take(each, 0));
  return outcomes.find(({ kind }) => kind !== "nothing") ?? { kind: "nothing" };
}

test("a text comes in one packet, or in parts that may cut a character", () => {
  expect(outcomeOf(header({ inlineContent: utf8("bonjour") }))).toEqual({
    kind: "text",
    text: "bonjour",
  });
  const [start, end] = [utf8("é").slice(0, 1), utf8("é").slice(1)];
  expect(outcomeOf(header(), chunk(0, start), chunk(1, end), trailer())).toEqual({
    kind: "text",
    text: "é",
  });
});

test.each([
  ["of another topic", header({ topic: "epedicare.event", inlineContent: utf8("x") })],
  ["of bytes", header({ contentHeader: { case: "byteHeader" }, inlineContent: utf8("x") })],
  ["a packet", packet("user", { topic: TOPIC, payload: utf8("x") })],
  ["a call", packet("rpcRequest", { method: "mark" })],
  ["a part of a stream that nobody began", chunk(0, utf8("x"))],
  ["the end of one", trailer()],
  ["without content", packet("chatMessage", undefined)],
])("nothing is made of what is not a text of the topic: %s", (_, sent) => {
  expect(outcomeOf(sent)).toEqual({ kind: "nothing" });
});

test.each([
  ["at once", [header({ inlineContent: new Uint8Array(MOST_BYTES + 1) })]],
  ["in parts", [header(), chunk(0, new Uint8Array(60)), chunk(1, new Uint8Array(60)), trailer()]],
])("what is too long is refused %s", (_, sent) => {
  expect(outcomeOf(...sent)).toEqual({ kind: "refused" });
});

test("so is what may grow when it is unpacked, misses a part, or was given up", () => {
  expect(outcomeOf(header({ compression: 1, inlineContent: utf8("x") })).kind).toBe("refused");
  expect(outcomeOf(header(), chunk(1, utf8("x"))).kind).toBe("refused");
  expect(outcomeOf(header(), chunk(0, utf8("x")), trailer("closed")).kind).toBe("refused");
});

test("whoever begins many streams holds no more than the last one open", () => {
  const assembly = new TextAssembly(TOPIC, MOST_BYTES);
  assembly.take(header({ streamId: "first" }), 0);
  assembly.take(header({ streamId: "second" }), 0);
  expect(assembly.take(chunk(0, utf8("x"), "first"), 0).kind).toBe("nothing");
  expect(assembly.take(trailer("", "first"), 0).kind).toBe("nothing");
  assembly.take(chunk(0, utf8("y"), "second"), 0);
  expect(assembly.take(trailer("", "second"), 0)).toEqual({ kind: "text", text: "y" });
});

test("of a flood a few come through, and more only as fast as somebody writes", () => {
  const assembly = new TextAssembly(TOPIC, MOST_BYTES);
  const texts = (count: number, nowMs: number) =>
    Array.from({ length: count }, () =>
      assembly.take(header({ inlineContent: utf8("x") }), nowMs),
    ).filter(({ kind }) => kind === "text").length;
  expect(texts(1000, 0)).toBe(10);
  expect(texts(1000, 3000)).toBe(3);
});
