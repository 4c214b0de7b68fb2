/** Where the planes of an I420 frame lie in its data. */
export interface I420Layout {
  /** Of U and of V, in samples: half of the frame's, rounded up. */
  readonly chromaWidth: number;
  /** Of U and of V, in rows: half of the frame's, rounded up. */
  readonly chromaHeight: number;
  /** Where U begins; Y begins at 0. */
  readonly u: number;
  /** Where V begins. */
  readonly v: number;
  readonly byteLength: number;
}

/** @param width in pixels, as `height`: positive integers */
export function i420Layout(width: number, height: number): I420Layout {
  const chromaWidth = Math.ceil(width / 2);
  const chromaHeight = Math.ceil(height / 2);
  const u = width * height;
  const v = u + chromaWidth * chromaHeight;
  return { chromaWidth, chromaHeight, u, v, byteLength: v + chromaWidth * chromaHeight };
}
