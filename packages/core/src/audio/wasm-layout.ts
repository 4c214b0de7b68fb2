import { blockFrames } from './stream-filter.ts';

/** What the scratch memory has room for; layouts and ratios in use are far below. */
export const mostChannels = 8;
export const mostTaps = 4096;

/** Outputs computed at a time. */
export const runFrames = 1024;

/** How far the kernel's loops may read and write past the end of a block. */
const overrunFrames = 8;

/** From the plane of a channel to that of the next. */
export const planeLength = mostTaps + blockFrames + overrunFrames;

/** Where the parts of the scratch memory begin, in words of 4 bytes. */
export const inputAt = 0;
export const planesAt = inputAt + (blockFrames + overrunFrames) * mostChannels;
export const filteredAt = planesAt + planeLength * mostChannels;
export const outputAt = filteredAt + runFrames + overrunFrames;
const endAt = outputAt + (runFrames + overrunFrames) * mostChannels;

export const scratchBytes = endAt * Float32Array.BYTES_PER_ELEMENT;
