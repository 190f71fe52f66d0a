export { AudioOutput } from "./AudioOutput";
export { DeviceNotices } from "./DeviceNotices";
export { DeviceSelects, DevicesDialog, SubstituteNotice } from "./DeviceSelects";
export type { RoomPhase } from "./keepJoined";
export { LevelMeter } from "./LevelMeter";
export type { Flow } from "./line/flow";
export { type Line, type Trouble, troubleOf } from "./line/line";
export { type LineTracks, useLine } from "./line/useLine";
export { type DeviceState, isWorking, type LocalDevice } from "./localDevice";
export { phaseSentence } from "./phaseSentence";
export { isConfirmed } from "./publishToConfirmed";
export { SeatsAudio } from "./SeatsAudio";
export { canShareScreen } from "./screenShare";
export { CHAT_TOPIC, onChatText } from "./seatData";
export { useAudioBlocked } from "./useAudioBlocked";
export { type ConsultationRoom, useConsultationRoom } from "./useConsultationRoom";
export {
  type LocalMedia,
  useDevice,
  useLocalMedia,
  useLoudspeaker,
  useScreen,
} from "./useLocalMedia";
export { type PictureInPicture, usePictureInPicture } from "./usePictureInPicture";
export { type RemoteSeat, useRemoteSeat, useRemoteSeats } from "./useRemoteSeat";
export { useRoomVersion } from "./useRoomVersion";
export { useWakeLock } from "./useWakeLock";
export { VideoView } from "./VideoView";
