/** What react-aria asks of a browser and Safari 15.4 does not have yet. */
if (!("timeout" in AbortSignal)) {
  Object.assign(AbortSignal, {
    timeout(afterMs: number) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), afterMs);
      return controller.signal;
    },
  });
}
