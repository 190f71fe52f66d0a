import { describe, expect, test } from "vitest";
import { type Answers, agreedTo } from "./answers";
import { reachable, type Step, stepAfter } from "./steps";

describe("what the answers mean together", () => {
  test.each<[Answers, ReturnType<typeof agreedTo>]>([
    [{}, { live_analysis: false, keeping: false, research_use: false, child_assent: null }],
    [
      { live_analysis: true, keeping: true, child_assent: null },
      { live_analysis: true, keeping: true, research_use: false, child_assent: null },
    ],
    [
      { live_analysis: true, keeping: true, research_use: true, child_assent: true },
      { live_analysis: true, keeping: true, research_use: true, child_assent: true },
    ],
    // The parent went back and refused the keeping: nothing is there for research.
    [
      { live_analysis: true, keeping: false, research_use: true, child_assent: true },
      { live_analysis: true, keeping: false, research_use: false, child_assent: true },
    ],
    // The parent went back and refused: the child's answer of before is to no question.
    [
      { live_analysis: false, keeping: true, child_assent: true },
      { live_analysis: false, keeping: false, research_use: false, child_assent: null },
    ],
    [
      { live_analysis: true, keeping: true, research_use: true, child_assent: false },
      { live_analysis: false, keeping: false, research_use: false, child_assent: false },
    ],
  ])("%o", (answers, expected) => {
    expect(agreedTo(answers)).toEqual(expected);
  });
});

describe("steps", () => {
  test("a refusal leaves out the other questions", () => {
    expect(stepAfter("live_analysis", { live_analysis: false, keeping: true })).toBe("devices");
    expect(stepAfter("live_analysis", { live_analysis: true })).toBe("keeping");
    expect(stepAfter("keeping", { live_analysis: true, keeping: false })).toBe("child_assent");
    expect(stepAfter("keeping", { live_analysis: true, keeping: true })).toBe("research_use");
  });

  test.each<[Step, Answers, Step]>([
    ["child_assent", {}, "live_analysis"],
    ["keeping", { live_analysis: false }, "live_analysis"],
    ["child_assent", { live_analysis: true }, "keeping"],
    ["child_assent", { live_analysis: true, keeping: false }, "child_assent"],
    ["child_assent", { live_analysis: true, keeping: true }, "research_use"],
    ["research_use", { live_analysis: true }, "keeping"],
    ["research_use", { live_analysis: true, keeping: false }, "child_assent"],
    ["research_use", { live_analysis: true, keeping: true }, "research_use"],
    ["devices", {}, "devices"],
  ])("%s with %o is %s", (step, answers, expected) => {
    expect(reachable(step, answers)).toBe(expected);
  });
});
