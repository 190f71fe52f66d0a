import { useEffect, useRef, useState } from "react";
import { type Counters, countersOf, type Flow, flowBetween } from "./flow";
import { type Line, NO_LINE } from "./line";

/** A LiveKit track, as far as its statistics go. */
export interface Measurable {
  getRTCStatsReport(): Promise<RTCStatsReport | undefined>;
}

export interface LineTracks {
  receivedPicture: Measurable | null;
  receivedSound: Measurable | null;
  sentPicture: Measurable | null;
  sentSound: Measurable | null;
}

const LOOK_EACH_MS = 1000;
/** Rates are means over the last so many looks. */
const LOOKS = 6;

class Follower {
  private track: Measurable | null = null;
  private counted: Counters[] = [];

  async look(track: Measurable | null): Promise<Flow | null> {
    if (track !== this.track) this.counted = [];
    this.track = track;
    const counters = countersOf(await track?.getRTCStatsReport());
    if (!counters || this.track !== track) return null;
    this.counted = [...this.counted, counters].slice(-LOOKS);
    return flowBetween(this.counted[0] as Counters, counters);
  }
}

/** What goes over the call's connection, anew each second. */
export function useLine(tracks: LineTracks): Line {
  const latest = useRef(tracks);
  latest.current = tracks;
  const [line, setLine] = useState<Line>(NO_LINE);
  useEffect(() => {
    const names = ["receivedPicture", "receivedSound", "sentPicture", "sentSound"] as const;
    const followers = names.map(() => new Follower());
    let isOver = false;
    const look = async () => {
      const flows = await Promise.all(
        names.map((name, i) => (followers[i] as Follower).look(latest.current[name])),
      );
      if (isOver) return;
      const [receivedPicture, receivedSound, sentPicture, sentSound] = flows as [
        Flow | null,
        Flow | null,
        Flow | null,
        Flow | null,
      ];
      setLine({
        picture: { received: receivedPicture, sent: sentPicture },
        sound: { received: receivedSound, sent: sentSound },
      });
    };
    const timer = setInterval(() => void look().catch(() => {}), LOOK_EACH_MS);
    return () => {
      isOver = true;
      clearInterval(timer);
    };
  }, []);
  return line;
}
