/** The newest few of something that carries its own media time, in order. */
export class Recent<T extends { tMs: number }> {
  private items: T[] = [];

  constructor(private readonly capacity = 16) {}

  push(item: T): void {
    const last = this.items.at(-1);
    if (last !== undefined && item.tMs <= last.tMs) return;
    this.items.push(item);
    if (this.items.length > this.capacity) this.items.shift();
  }

  atOrBefore(tMs: number): T | undefined {
    return this.items.findLast((item) => item.tMs <= tMs);
  }

  clear(): void {
    this.items = [];
  }
}
