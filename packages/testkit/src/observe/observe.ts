import {
  ComponentErrorEvent,
  isAudioProcessor,
  isVideoProcessor,
  isVideoPublisher,
  PluginEvent,
  VideoProcessorDetectionEvent,
  type AudioProcessor,
  type Detection,
  type PcmData,
  type Processor,
  type VideoPublisher,
} from '@vision-agents/core';
import type { VideoTrack } from '@vision-agents/core/video';
import { inRealTime } from '../listen/realtime.ts';
import { recordings } from '../speech/index.ts';
import { NumberedTrack } from '../video/index.ts';

export interface ObserveOptions {
  /** What it watches, until it ends; two seconds of a moving pattern unless given. */
  track?: VideoTrack | undefined;
  /** What it hears; a recording of two sentences unless given. */
  speech?: PcmData | undefined;
  /** Takes each line; standard output unless given. */
  print?: ((line: string) => void) | undefined;
}

type Print = (line: string) => void;

const speaker = { id: 'ada-1', userId: 'ada', name: 'Ada' };

/**
 * Gives a processor what it takes, video or speech, in real time; and prints what it tells, what it publishes and what
 * a model would be told.
 *
 * Starts the processor, and closes it.
 */
export async function observe(processor: Processor, options: ObserveOptions = {}): Promise<void> {
  const { print = console.log } = options;
  await using _closed = processor;
  const startedMs = performance.now();
  processor.events.on(PluginEvent, (event) => {
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(2);
    print(`${seconds.padStart(8)} s  ${describe(event)}`);
  });
  await processor.start();
  if (isVideoProcessor(processor) || isVideoPublisher(processor))
    await watch(processor, options.track ?? new NumberedTrack({ durationMs: 2_000 }), print);
  if (isAudioProcessor(processor))
    await hear(processor, options.speech ?? recordings.ada.pcm(48_000), print);
  const state = processor.state();
  print(`\nWhat a model is told: ${state === undefined ? 'nothing' : JSON.stringify(state)}`);
}

async function watch(processor: Processor, track: VideoTrack, print: Print): Promise<void> {
  print(`It watches the track "${track.id}", at most ${processor.fps} frames a second of it …\n`);
  const seen = isVideoPublisher(processor) ? look(processor) : undefined;
  await processor.watchVideoTrack(track);
  let passed = 0;
  for await (const _frame of track.frames()) passed += 1;
  const processed = processor.metrics.get('video.frames.processed')?.count ?? 0;
  print(
    `\n${passed} frames passed, ${processed} were processed, ${processor.skippedFrames} skipped.`,
  );
  if (seen) print(`${await seen()} frames were published.`);
}

async function hear(
  processor: Processor & AudioProcessor,
  speech: PcmData,
  print: Print,
): Promise<void> {
  print(`It hears ${speaker.name} …\n`);
  for await (const chunk of inRealTime(speech)) processor.send(chunk, speaker);
}

/** Counts what is published, until it is asked how much it was. */
function look(processor: Processor & VideoPublisher): () => Promise<number> {
  const abort = new AbortController();
  const counting = (async () => {
    let count = 0;
    for await (const _frame of processor.publishVideoTrack().frames(abort)) count += 1;
    return count;
  })();
  return () => {
    abort.abort();
    return counting;
  };
}

function describe(event: PluginEvent): string {
  if (event instanceof ComponentErrorEvent) return `error  ${event.error.message}`;
  if (event instanceof VideoProcessorDetectionEvent) {
    const found = event.detections.map(describeDetection).join(', ') || 'nothing';
    return `frame at ${Math.round(event.frameTimestampMs)} ms: ${found}`;
  }
  const { id: _id, timestamp: _timestamp, provider: _provider, participant, ...fields } = event;
  const { type } = Object(event.constructor);
  return [type, participant?.name, JSON.stringify(fields)].filter(Boolean).join('  ');
}

function describeDetection({ label, confidence, box }: Detection): string {
  const sure = confidence === undefined ? '' : ` ${Math.round(100 * confidence)} %`;
  return `${label}${sure}${box ? ` at ${box.x},${box.y} of ${box.width}×${box.height}` : ''}`;
}
