import { AudioOutput } from "./AudioOutput";
import type { Loudspeaker } from "./loudspeaker";
import type { RemoteSeat } from "./useRemoteSeat";

interface SeatsAudioProps {
  seats: readonly RemoteSeat[];
  loudspeaker: Loudspeaker;
}

/** Plays what each says, and the sound of what is shared. */
export function SeatsAudio({ seats, loudspeaker }: SeatsAudioProps) {
  return seats.map(({ participant, audio, screenSound }) => (
    <div key={participant.identity} hidden>
      <AudioOutput track={audio} loudspeaker={loudspeaker} />
      {screenSound && <AudioOutput track={screenSound} loudspeaker={loudspeaker} />}
    </div>
  ));
}
