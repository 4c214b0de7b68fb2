import { DirectFilter } from './direct-filter.ts';
import type { Filter } from './filter.ts';
import { hasRows } from './filter-rows.ts';
import { PolyphaseFilter } from './polyphase-filter.ts';
import type { RateRatio } from './rate-ratio.ts';
import { RatioCache } from './ratio-cache.ts';

const filters = new RatioCache<Filter>((ratio) => new PolyphaseFilter(ratio));

/**
 * The filter of a ratio. A ratio whose table would be too large (44101 to 16000 Hz) computes its taps as it goes, which
 * is slower but needs no memory.
 */
export function filterFor(ratio: RateRatio): Filter {
  return hasRows(ratio) ? filters.get(ratio) : new DirectFilter(ratio);
}
