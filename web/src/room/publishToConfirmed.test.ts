import type { RemoteParticipant } from "livekit-client";
import { expect, test } from "vitest";
import { confirmedSids } from "./publishToConfirmed";

function there(sid: string, attributes: Record<string, string>): [string, RemoteParticipant] {
  return [`identity of ${sid}`, { sid, identity: sid, attributes } as unknown as RemoteParticipant];
}

test("only connections that the service has confirmed are sent to", () => {
  const remoteParticipants = new Map([
    there("PA_confirmed", { role: "practitioner", confirmed_for: "PA_confirmed" }),
    there("PA_new", { role: "practitioner" }),
    there("PA_renewed_token", { role: "practitioner", confirmed_for: "PA_of_before" }),
  ]);
  expect(confirmedSids({ remoteParticipants })).toEqual(["PA_confirmed"]);
});
