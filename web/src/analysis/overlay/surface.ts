import { type Fit, fitPicture, type PictureRect } from "./geometry";
import { paintStrokes } from "./paint";
import type { Stroke } from "./scene";

export interface Picture {
  width: number;
  height: number;
}

export interface View {
  fit: Fit;
  mirrored: boolean;
}

/** A canvas laid exactly over a picture; keeps up with its size and the screen's pixel ratio. */
export class OverlaySurface {
  private readonly context: CanvasRenderingContext2D;
  private readonly observer: ResizeObserver;
  private size = { width: 0, height: 0 };
  private last: { strokes: readonly Stroke[]; picture: Picture } | undefined;

  constructor(
    readonly canvas: HTMLCanvasElement,
    readonly view: View,
  ) {
    const context = canvas.getContext("2d");
    if (context === null) throw new Error("this browser has no 2D canvas");
    this.context = context;
    this.observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) this.resize(entry.contentRect);
    });
    this.observer.observe(canvas);
    this.resize(canvas.getBoundingClientRect());
  }

  draw(strokes: readonly Stroke[], picture: Picture): void {
    this.last = { strokes, picture };
    this.paint();
  }

  clear(): void {
    if (this.last === undefined) return;
    this.last = undefined;
    this.paint();
  }

  rectOf(picture: Picture): PictureRect {
    return fitPicture(picture, this.size, this.view.fit);
  }

  close(): void {
    this.clear();
    this.observer.disconnect();
  }

  private resize({ width, height }: { width: number; height: number }): void {
    this.size = { width, height };
    this.paint();
  }

  private paint(): void {
    const scale = window.devicePixelRatio;
    const width = Math.round(this.size.width * scale);
    const height = Math.round(this.size.height * scale);
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    this.context.setTransform(scale, 0, 0, scale, 0, 0);
    this.context.clearRect(0, 0, this.size.width, this.size.height);
    if (this.last === undefined) return;
    const { strokes, picture } = this.last;
    const placement = { rect: this.rectOf(picture), mirrored: this.view.mirrored };
    paintStrokes(this.context, strokes, placement);
  }
}
