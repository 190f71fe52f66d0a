declare module "livekit-client/frame-metadata-worker?worker" {
  const FrameMetadataWorker: new () => Worker;
  export default FrameMetadataWorker;
}
