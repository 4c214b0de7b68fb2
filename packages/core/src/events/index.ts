export type { Participant } from './participant.ts';
