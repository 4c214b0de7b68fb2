import { DirectFilter } from './direct-filter.ts';
import type { Filter } from './filter.ts';
import { PolyphaseFilter } from './polyphase-filter.ts';
import type { RateRatio } from './rate-ratio.ts';

/** 512 KiB: enough for every pair of usual rates (8000 and 44100 Hz need 165 KiB, 11025 and 48000 Hz 240). */
const largestTable = 65_536;
const cachedFilters = 16;
const filters = new Map<string, Filter>();

/**
 * The filter of a ratio. Tables are shared by all streams of the process, the 16 ratios used last are kept; a ratio
 * whose table would be too large (44101 to 16000 Hz) computes its taps as it goes, which is slower but needs no memory.
 */
export function filterFor(ratio: RateRatio): Filter {
  if (ratio.taps * ratio.to > largestTable) return new DirectFilter(ratio);
  const key = `${String(ratio.from)}/${String(ratio.to)}`;
  const filter = filters.get(key) ?? new PolyphaseFilter(ratio);
  filters.delete(key);
  filters.set(key, filter);
  for (const oldest of filters.keys()) {
    if (filters.size <= cachedFilters) break;
    filters.delete(oldest);
  }
  return filter;
}
