import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { LIVE as live } from "../../api/session.fixture";
import {
  AgentState,
  Keeping,
  StatusSchema,
} from "../../generated/epedicare/analysis/v1/analysis_pb";
import { callState, measuresNothing, whyNotKept, withCamera } from "./callState";

function heard(state: AgentState, isSilent = false, run = 0) {
  return { status: create(StatusSchema, { state, origin: { run } }), isSilent };
}

const NOTHING = { status: undefined, isSilent: true };

describe("before the call", () => {
  test.each([
    ["none", "notInvited"],
    ["invited", "waitingForPatient"],
    ["waiting", "patientWaiting"],
    ["denied", "denied"],
    ["admitted", "joining"],
    ["left", "left"],
  ] as const)("a patient who is %s", (state, expected) => {
    expect(callState({ ...live, patient: { ...live.patient, state } }, NOTHING)).toBe(expected);
  });
});

describe("in the call", () => {
  test.each([
    [AgentState.ANALYSING, "analysing"],
    [AgentState.WAITING, "starting"],
    [AgentState.NO_CAPACITY, "noCapacity"],
    [AgentState.LOST, "lost"],
    [AgentState.ALONE, "alone"],
    [AgentState.PAUSED, "starting"],
  ])("an agent whose state is %s", (state, expected) => {
    expect(callState(live, heard(state))).toBe(expected);
  });

  test("an agreement that is withdrawn is not one that was never given", () => {
    const none = (live_analysis: "refused" | "withdrawn") => ({
      ...live,
      patient: {
        ...live.patient,
        analysis: "none" as const,
        consent: { ...live.patient.consent, live_analysis },
      },
    });
    // A refusal stays one however often an agent came and went.
    expect(callState(none("refused"), heard(AgentState.WAITING, false, 7))).toBe("noConsent");
    expect(callState(none("withdrawn"), NOTHING)).toBe("withdrawn");
  });

  test.each([
    ["none", "noConsent"],
    ["paused", "pausing"],
  ] as const)("the family's word counts before the agent's: %s", (analysis, expected) => {
    const session = { ...live, patient: { ...live.patient, analysis } };
    expect(callState(session, heard(AgentState.ANALYSING))).toBe(expected);
  });

  test("a pause is one when the agent has stopped, or is not heard", () => {
    const session = { ...live, patient: { ...live.patient, analysis: "paused" as const } };
    expect(callState(session, heard(AgentState.PAUSED))).toBe("paused");
    expect(callState(session, heard(AgentState.ANALYSING, true))).toBe("paused");
    expect(callState(session, NOTHING)).toBe("paused");
  });

  test("an agent that has fallen silent is away, whatever was last heard of it", () => {
    expect(callState(live, heard(AgentState.ANALYSING, true))).toBe("agentAway");
  });

  test("an agent that this page has not heard yet may be told of by the service", () => {
    const session = { ...live, agent: { state: "no_capacity" } } as const;
    expect(callState(session, NOTHING)).toBe("noCapacity");
    expect(callState({ ...live, agent: { state: "waiting" } }, NOTHING)).toBe("starting");
    expect(callState({ ...live, agent: { state: "alone" } }, NOTHING)).toBe("alone");
  });
});

test.each(["ended", "expired", "cancelled"] as const)("a session that is %s stays so", (state) => {
  expect(callState({ ...live, state }, heard(AgentState.ANALYSING))).toBe(state);
});

test.each([
  ["lost", "cameraOff"],
  ["paused", "cameraOff"],
  ["pausing", "cameraOff"],
  ["analysing", "cameraOff"],
  ["noConsent", "noConsent"],
  ["left", "left"],
] as const)("with the family's camera off, %s is %s", (state, expected) => {
  expect(withCamera(state, true)).toBe(expected);
  expect(withCamera(state, false)).toBe(state);
});

test("a pause is why nothing is measured", () => {
  expect(measuresNothing("paused")).toBe(true);
  expect(measuresNothing("analysing")).toBe(false);
});

test("keeping is broken when the agent says so, and not when nobody consented", () => {
  const status = (keeping: Keeping) => ({
    status: create(StatusSchema, { keeping }),
    isSilent: false,
  });
  expect(whyNotKept(status(Keeping.FAILED))).toBe("nothingKept");
  expect(whyNotKept(status(Keeping.QUOTA_USED))).toBe("quotaUsed");
  expect(whyNotKept(status(Keeping.DISK_NEARLY_FULL))).toBe("diskNearlyFull");
  expect(whyNotKept(status(Keeping.NOT_CONSENTED))).toBeUndefined();
  expect(whyNotKept(NOTHING)).toBeUndefined();
});
