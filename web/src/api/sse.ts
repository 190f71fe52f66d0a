/** Splits a text/event-stream into events (WHATWG HTML §9.2.6), without reconnection. */
export interface ServerEvent {
  event: string;
  data: string;
}

export class EventStreamParser {
  private rest = "";
  private event = "";
  private data: string[] = [];

  push(chunk: string): ServerEvent[] {
    const lines = (this.rest + chunk).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.line(line));
  }

  private line(line: string): ServerEvent[] {
    if (line === "") return this.dispatch();
    const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === "event") this.event = value;
    if (field === "data") this.data.push(value);
    return [];
  }

  private dispatch(): ServerEvent[] {
    const { event, data } = this;
    this.event = "";
    this.data = [];
    return data.length ? [{ event: event || "message", data: data.join("\n") }] : [];
  }
}
