interface EncodedStreams {
  readable: ReadableStream;
  writable: WritableStream;
}

// Off the page's own thread: drawing must not make the sound wait.
self.onmessage = ({ data: { readable, writable } }: MessageEvent<EncodedStreams>) => {
  void readable.pipeTo(writable).catch(() => undefined); // ends with the connection
};
