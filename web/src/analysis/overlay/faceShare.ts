/**
 * Whether the face is analysed on too few of the shown frames to be drawn at full strength. Between
 * its own frames it is held and fades, so its strength swings: the less it has, the calmer that is.
 * Two bounds, so that the strength does not change to and fro.
 */
export class FaceShare {
  isSparse = false;
  private share = 1;

  /** To be told of each shown frame whether its own result was there. */
  observe(hasResult: boolean): void {
    this.share += (Number(hasResult) - this.share) / FRAMES;
    if (this.share < SPARSE_BELOW) this.isSparse = true;
    else if (this.share > FULL_ABOVE) this.isSparse = false;
  }
}

const FRAMES = 25; // about a second
const SPARSE_BELOW = 0.75;
const FULL_ABOVE = 0.9;

export const SPARSE_OPACITY = 0.75;
