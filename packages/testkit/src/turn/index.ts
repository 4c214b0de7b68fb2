export { describeTurnDetector } from './describe-turn-detector.ts';
export { TurnBench } from './turn-bench.ts';
export type { ObservedDetector, SeenFrame, SeenTurn, TurnDetectorSubject } from './turn-bench.ts';
export { runTurnDetectorRule, turnDetectorRules } from './turn-rules.ts';
export { watchTurns } from './watch-turns.ts';
export type { WatchTurnsOptions } from './watch-turns.ts';
