import type { Turn } from '../stt/stt-output.ts';

/** Whether a speaker has a turn: none, one that goes on, or one that has perhaps ended. */
export type TurnState = 'idle' | 'speaking' | 'perhaps-ended';

/** What a detector says about a speaker. */
export type TurnSignal = 'start' | 'resume' | 'eager-end' | 'end';

export interface TurnTransition {
  readonly state: TurnState;
  /** What is put out because of it. */
  readonly puts: Turn['type'];
}

const transitions: Readonly<Record<TurnState, Partial<Record<TurnSignal, TurnTransition>>>> = {
  idle: {
    start: { state: 'speaking', puts: 'turn-started' },
  },
  speaking: {
    'eager-end': { state: 'perhaps-ended', puts: 'turn-ended' },
    end: { state: 'idle', puts: 'turn-ended' },
  },
  'perhaps-ended': {
    start: { state: 'speaking', puts: 'turn-resumed' },
    resume: { state: 'speaking', puts: 'turn-resumed' },
    end: { state: 'idle', puts: 'turn-ended' },
  },
};

/** What comes of a signal. Undefined when it says nothing new: a start in a turn, an end without one. */
export function nextTurn(state: TurnState, signal: TurnSignal): TurnTransition | undefined {
  return transitions[state][signal];
}
