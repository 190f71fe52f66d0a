import type { Room, RoomEvent } from "livekit-client";
import { useCallback, useRef, useSyncExternalStore } from "react";

/** Renders again after any of these events of the room. Give a constant list. */
export function useRoomVersion(room: Room, events: readonly RoomEvent[]): void {
  const version = useRef(0);
  const subscribe = useCallback(
    (listener: () => void) => {
      const changed = () => {
        version.current += 1;
        listener();
      };
      for (const event of events) room.on(event, changed);
      return () => {
        for (const event of events) room.off(event, changed);
      };
    },
    [room, events],
  );
  useSyncExternalStore(subscribe, () => version.current);
}
