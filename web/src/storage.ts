/** What this browser remembers for the pages. Where it may not (a private window, cookies blocked, a
 *  full disk), the page remembers until it is closed, and says nothing. */
export class Remembered {
  private readonly untilClosed = new Map<string, string>();

  constructor(private readonly area: () => Storage | null) {}

  get(name: string): string | null {
    const kept = this.untilClosed.get(name);
    if (kept !== undefined) return kept;
    try {
      return this.area()?.getItem(name) ?? null;
    } catch {
      return null;
    }
  }

  set(name: string, value: string): void {
    try {
      const area = this.area();
      if (!area) throw new Error("no storage");
      area.setItem(name, value);
      this.untilClosed.delete(name);
    } catch {
      this.untilClosed.set(name, value);
    }
  }

  remove(name: string): void {
    this.untilClosed.delete(name);
    try {
      this.area()?.removeItem(name);
    } catch {
      // What cannot be written was not remembered.
    }
  }
}

/** Reading the property alone throws where storage is blocked. */
export const ofThisBrowser = new Remembered(() => window.localStorage);
export const ofThisTab = new Remembered(() => window.sessionStorage);
