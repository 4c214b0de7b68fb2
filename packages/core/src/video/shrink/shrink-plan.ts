import { areaAxis, type AreaAxis } from './area-axis.ts';

/** Sums of weights. With 8 bits of a sample they stay below 2^15 and 2^31. */
const rowSum = 2 ** 7;
const columnSum = 2 ** 14;
/** What a sum of both is shifted by. */
export const weightBits = 21;

export interface PlanePlan {
  readonly rows: AreaAxis;
  readonly columns: AreaAxis;
}

/** How an I420 frame of one size becomes one of another. */
export interface ShrinkPlan {
  readonly luma: PlanePlan;
  readonly chroma: PlanePlan;
}

export interface FrameSize {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/** Sizes seldom change: a few sources, each cut to one size. */
const mostPlans = 8;
const plans = new Map<string, ShrinkPlan>();

export function shrinkPlan(from: FrameSize, to: FrameSize): ShrinkPlan {
  const key = [from.width, from.height, to.width, to.height].join(' ');
  const plan = plans.get(key) ?? makePlan(from, to);
  plans.delete(key);
  plans.set(key, plan);
  const [oldest] = plans.keys();
  if (plans.size > mostPlans && oldest !== undefined) plans.delete(oldest);
  return plan;
}

function makePlan(from: FrameSize, to: FrameSize): ShrinkPlan {
  return {
    luma: planePlan(from, to),
    chroma: planePlan(halved(from), halved(to)),
  };
}

function planePlan(from: FrameSize, to: FrameSize): PlanePlan {
  return {
    rows: areaAxis(from.height, to.height, rowSum),
    columns: areaAxis(from.width, to.width, columnSum),
  };
}

function halved({ width, height }: FrameSize): FrameSize {
  return { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
}
