import { STTConnectedEvent } from '@vision-agents/core';
import type { AudioFormat } from '@vision-agents/core/audio';
import { tally } from '../contract/explain.ts';
import type { STTFake } from '../fake/index.ts';
import type { Observed } from './stt-bench.ts';

/** What the author of a plugin needs to see when a rule failed: what the plugin told, and what its fake made of it. */
export function evidenceOf(observed: readonly Observed[], provider: STTFake): string[] {
  return [...evidenceOfPlugin(observed), ...evidenceOfProvider(observed, provider)];
}

function evidenceOfPlugin(observed: readonly Observed[]): string[] {
  const errors = observed.flatMap(({ errors: told }) =>
    told.map(({ error, context }) => `${error.kind}, ${context}: ${error.message}`),
  );
  const ignored = sum(observed.map(({ stt }) => numberOf(stt, 'ignoredMessages')));
  const droppedMs = sum(observed.map(({ stt }) => stt.droppedMs));
  return [
    ...(errors.length === 0 ? ['The plugin told of no error.'] : []),
    ...tally(errors).map((error) => `The plugin told of an error: ${error}`),
    ...(ignored === 0
      ? []
      : [
          `The plugin ignored ${ignored} message(s) of a type that its schema of messages does not name.`,
        ]),
    ...(droppedMs === 0 ? [] : [`The plugin dropped ${Math.round(droppedMs)} ms of audio.`]),
  ];
}

function evidenceOfProvider(observed: readonly Observed[], provider: STTFake): string[] {
  const { requests, refusals, violations, received, audioMs, heard, said, format } = provider;
  const [first] = observed;
  const mismatch =
    first && formatOf(first.stt.inputFormat) !== formatOf(format)
      ? `, though the plugin's inputFormat is ${formatOf(first.stt.inputFormat)}`
      : '';
  return [
    ...(requests.length === 0 ? ['The fake was asked for nothing.'] : []),
    ...tally(refusals).map((refusal) => `The fake refused: ${refusal}`),
    ...tally(violations).map((violation) => `The fake objected: ${violation}`),
    ...(provider.transport === 'socket' &&
    requests.length > refusals.length &&
    observed.every(isWaiting)
      ? ['The plugin asked for a connection, and nothing that the fake said was ready to it.']
      : []),
    ...(said.length === 0 ? [] : [`The fake said last: ${said.join(' | ')}`]),
    ...(received.length === 0 ? [] : [`The fake received: ${received.slice(-8).join(', ')}`]),
    ...(audioMs > 0 && heard.length === 0
      ? [
          `The fake heard no word in ${Math.round(audioMs)} ms of audio, read as ${formatOf(format)}${mismatch}.`,
        ]
      : []),
  ];
}

/** Neither connected, nor told why not. */
function isWaiting({ events, errors }: Observed): boolean {
  return errors.length === 0 && !events.some(({ type }) => type === STTConnectedEvent.type);
}

function formatOf({ sampleRate, channels, format }: AudioFormat): string {
  return `${sampleRate} Hz, ${channels} channel(s), ${format}`;
}

/** A count that only some plugins keep. */
function numberOf(source: object, name: string): number {
  const value: unknown = Reflect.get(source, name);
  return typeof value === 'number' ? value : 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
