import { z } from 'zod';

const slugs = z.array(z.string().min(1));
const price = z.number().nonnegative();

/**
 * Which providers may serve a request, in OpenRouter's own words; it may have more of them.
 *
 * Source: https://openrouter.ai/docs/features/provider-routing
 */
export const providerPreferences = z.looseObject({
  /** Tried in this order. */
  order: slugs.optional(),
  /** No others. */
  only: slugs.optional(),
  ignore: slugs.optional(),
  allow_fallbacks: z.boolean().optional(),
  /** Only those that know every parameter of the request. */
  require_parameters: z.boolean().optional(),
  data_collection: z.enum(['allow', 'deny']).optional(),
  /** Only those that keep no data. */
  zdr: z.boolean().optional(),
  quantizations: z.array(z.string()).optional(),
  sort: z.enum(['price', 'throughput', 'latency']).optional(),
  /** In dollars for a million tokens. */
  max_price: z.looseObject({ prompt: price.optional(), completion: price.optional() }).optional(),
});
