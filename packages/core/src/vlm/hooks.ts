/** Where a base class that extends `VideoLLM` joins in: called with each frame that is kept of what is watched. */
export const frameSeen = Symbol('frame-seen');
