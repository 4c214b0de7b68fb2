import { MONO_16K, MONO_48K, type AudioFormat, type PcmData } from '../audio/index.ts';
import { Component, type ComponentInit } from '../component/component.ts';
import { ComponentClosedError } from '../component/component-closed-error.ts';
import { afterStart, closeOutputs, drain } from '../component/hooks.ts';
import { ownedMethods } from '../component/owned-methods.ts';
import { describeValue } from '../describe-value.ts';
import type { Participant } from '../events/participant.ts';
import type {
  FunctionDefinition,
  JsonSchema,
  ParametersSchema,
} from '../functions/function-definition.ts';
import { SpeakerInputs } from '../speaker/speaker-inputs.ts';
import { speakerOf } from '../speaker/speaker-of.ts';
import { checkFps } from '../video/check-fps.ts';
import type { VideoFrame } from '../video/video-frame.ts';
import type { VideoTrack } from '../video/video-track.ts';
import type { AgentHandle } from './agent-handle.ts';
import { isAudioProcessor, isVideoProcessor, isVideoPublisher } from './capabilities.ts';
import {
  ProcessorErrorEvent,
  VideoProcessorDetectionEvent,
  type Detection,
} from './processor-events.ts';
import { ProcessorFunctions } from './processor-functions.ts';
import { PublishedAudioTrack, type WritableAudioTrack } from './published-audio-track.ts';
import { VideoWork, type WatchOptions } from './video-work.ts';

const DEFAULT_FPS = 5;
const DEFAULT_FRAME_TIMEOUT_MS = 10_000;

export interface ProcessorInit extends ComponentInit {
  /** What `processAudio()` takes; the base converts to it. 16 kHz mono s16 unless given. */
  inputFormat?: AudioFormat | undefined;
  /** How many frames a second `processVideo()` is given at most. 5 unless given. */
  fps?: number | undefined;
  /** How long a frame may take, in milliseconds; then it counts as failed, and the next one comes. 10,000 unless given. */
  frameTimeoutMs?: number | undefined;
}

/**
 * What looks at the audio and video of a call, beside the conversation: it detects, measures, draws. A plugin
 * implements `name`, and of `AudioProcessor`, `VideoProcessor`, `AudioPublisher` and `VideoPublisher` what it can do.
 *
 * Audio comes with `send()`, video with `watchVideoTrack()`. What is found goes out as events, as `state()` with each
 * question to the model, through functions that the model may call, and as tracks that are published.
 */
export abstract class Processor extends Component {
  static override readonly [ownedMethods]: Readonly<Record<string, string>> = {
    send: 'processAudio()',
    participantLeft: 'onParticipantLeft()',
    watchVideoTrack: 'processVideo()',
    stopWatchingVideoTrack: 'stopProcessing()',
    attachAgent: 'onAttach()',
  };

  override readonly category = 'processor';
  /** What the model and whoever observes know it by: `people-counter`. */
  abstract readonly name: string;
  readonly inputFormat: AudioFormat;
  /** How many frames a second are processed at most. */
  readonly fps: number;

  protected override readonly errorEvent = ProcessorErrorEvent;

  readonly #inputs: SpeakerInputs;
  readonly #video: VideoWork;
  readonly #functions = new ProcessorFunctions();
  readonly #audioTracks: PublishedAudioTrack[] = [];
  #attachment: AbortController | undefined;

  /** @throws RangeError or TypeError for a format, a rate or a time that can't be */
  constructor(init: ProcessorInit) {
    super(init);
    const {
      provider,
      fps = DEFAULT_FPS,
      inputFormat = MONO_16K,
      frameTimeoutMs = DEFAULT_FRAME_TIMEOUT_MS,
    } = init;
    checkFps('fps', fps);
    this.fps = fps;
    this.inputFormat = inputFormat;
    this.#inputs = new SpeakerInputs({
      format: inputFormat,
      process: (pcm, participant) => this.#processAudio(pcm, participant),
      onError: (error, participant) => this.reportError(error, 'processAudio', participant),
      letGo: (key) => this.#letGo(key),
    });
    this.#video = new VideoWork({
      provider,
      fps,
      timeoutMs: frameTimeoutMs,
      clock: () => this.clock,
      process: async (frame, { participant }, signal) =>
        isVideoProcessor(this) ? this.processVideo(frame, participant, { signal }) : undefined,
      onProcessed: (latencyMs) => {
        this.metrics.record('video.frames.processed', 1);
        this.metrics.record('video.processing.latency.ms', latencyMs);
      },
      onGivenUp: (work) => this.spawn('processVideo', () => work),
      onError: (error, context, participant) => this.reportError(error, context, participant),
    });
  }

  /** Audio that was accepted, or came after `close()`, and was given up, in milliseconds. */
  get droppedMs(): number {
    return this.#inputs.droppedMs;
  }

  /** Frames that were due, and gave way to newer ones because the processor was busy. */
  get skippedFrames(): number {
    return this.#video.skipped;
  }

  /**
   * What the model is told with each question: a text, or anything that JSON can say. Undefined when there is nothing
   * to tell. It is what is known already: nobody waits for it.
   */
  state(): unknown {
    return undefined;
  }

  /**
   * Takes audio of any rate and number of channels, and returns at once. Before `start()` it waits; after `close()` it
   * is dropped and counted. Of what is given faster than it is processed, only the last seconds of each speaker are kept.
   *
   * @param participant whose voice it is; the audio's own participant unless given
   * @throws TypeError for anything but `PcmData`, and when the class has no `processAudio()`
   */
  send(pcm: PcmData, participant?: Participant): void {
    if (!isAudioProcessor(this)) throw this.#cannot('send()', 'processAudio()');
    const speaker = speakerOf('send()', pcm, participant);
    if (this.closed) this.#inputs.drop(pcm);
    else this.#inputs.write(pcm, speaker);
  }

  /** Lets go of what is kept for this participant, once the audio that was given is processed; and of their video. */
  participantLeft(participantId: string): void {
    if (this.closed) return;
    if (this.#video.participant?.id === participantId)
      this.spawn('participant left', () => this.stopWatchingVideoTrack());
    this.#letGo(participantId);
  }

  /**
   * Watches a track, and none that it watched before. A frame that can't be processed, or a track that fails, becomes
   * an error event. Before `start()` the track waits.
   *
   * @throws TypeError when the class has neither `processVideo()` nor `publishVideoTrack()`
   * @throws ComponentClosedError after `close()`
   */
  async watchVideoTrack(track: VideoTrack, options: WatchOptions = {}): Promise<void> {
    const processes = isVideoProcessor(this);
    const publishes = isVideoPublisher(this);
    if (!processes && !publishes) throw this.#cannot('watchVideoTrack()', 'processVideo()');
    if (typeof track?.frames !== 'function')
      throw new TypeError(`a video track must have frames(), got ${describeValue(track)}`);
    if (this.closed) throw this.#closedError();
    const { participant, sharedForwarder } = options;
    const { name } = this;
    await this.#video.watch(track, { participant, sharedForwarder, name, processes, publishes });
  }

  /** Watches nothing any more. Published tracks stay, for another track to be watched. */
  async stopWatchingVideoTrack(): Promise<void> {
    const stopped = await this.#video.stop();
    if (!stopped || !isVideoProcessor(this)) return;
    try {
      await this.stopProcessing?.();
    } catch (error) {
      this.reportError(error, 'stopProcessing');
    }
  }

  /**
   * Gives the processor the agent that it works for, before `start()` or after. Its functions are registered there,
   * and taken back when there is another agent, or when the processor closes.
   *
   * @throws TypeError when a function can't be registered, for instance because its name is taken; then none is
   * @throws ComponentClosedError after `close()`
   */
  attachAgent(agent: AgentHandle): void {
    if (typeof agent?.registerFunction !== 'function')
      throw new TypeError(`attachAgent() takes an agent, got ${describeValue(agent)}`);
    if (this.closed) throw this.#closedError();
    this.#detach();
    this.#functions.attach(agent);
    this.#attachment = new AbortController();
    this.onAttach(agent, { signal: this.#attachment.signal });
  }

  /** Called when there is an agent. The signal is aborted when there is another, and when the processor closes. */
  protected onAttach(_agent: AgentHandle, _context: { signal: AbortSignal }): void {}

  /** Called when a participant has left and all their audio is processed: forget what is kept for them. */
  protected onParticipantLeft(_participantId: string): void {}

  /**
   * Lends the agent's model a function, for as long as the processor is attached to it.
   *
   * @throws TypeError for a name that is taken or that providers refuse, and for parameters that are no object
   */
  protected registerFunction<const Schema extends ParametersSchema | JsonSchema = JsonSchema>(
    definition: FunctionDefinition<Schema>,
  ): void {
    this.#functions.register(definition);
  }

  /**
   * The track for `publishVideoTrack()`: a frame for each one that is watched, at its time. It ends when the processor
   * has closed.
   *
   * @param options.draw makes what is shown of a frame, from what is known by then. It is called for each frame while
   * somebody looks, so it has to be quick, and must not change the frame that it is given. A frame for which it throws
   * is not shown. Without it, the newest frame that `processVideo()` has returned is shown
   */
  protected createVideoTrack(
    options: { draw?: ((frame: VideoFrame) => VideoFrame) | undefined } = {},
  ): VideoTrack {
    return this.#video.publish(options.draw, `${this.provider}-video`);
  }

  /** The track for `publishAudioTrack()`. It ends when the processor has closed. */
  protected createAudioTrack(format: AudioFormat = MONO_48K): WritableAudioTrack {
    const track = new PublishedAudioTrack({ id: `${this.provider}-audio`, format });
    this.#audioTracks.push(track);
    return track;
  }

  /**
   * Tells by an event what was found in a frame, with its size and how long it took. What was found in a frame of a
   * track that is not watched any more is dropped.
   *
   * @param frame as `processVideo()` was given it
   * @throws TypeError for a frame that it was not given
   */
  protected emitDetections(frame: VideoFrame, detections: readonly Detection[]): void {
    const given = this.#video.find(frame);
    if (!given)
      throw new TypeError('emitDetections() takes the frame that processVideo() was given');
    const { watch, startedMs } = given;
    if (watch.signal.aborted) return;
    this.metrics.record('video.detections', detections.length);
    this.emit(VideoProcessorDetectionEvent, {
      participant: watch.participant,
      name: this.name,
      modelId: this.model,
      detections,
      detectionCount: detections.length,
      inferenceTimeMs: this.clock.now() - startedMs,
      frameWidth: frame.width,
      frameHeight: frame.height,
      frameTimestampMs: frame.timestampMs,
    });
  }

  async #processAudio(pcm: PcmData, participant: Participant | undefined): Promise<void> {
    if (this.signal.aborted) this.#inputs.drop(pcm);
    else if (isAudioProcessor(this))
      await this.processAudio(pcm, participant, { signal: this.signal });
  }

  #letGo(participantId: string): void {
    this.spawn('participant left', async () => {
      if (await this.#inputs.leave(participantId)) this.onParticipantLeft(participantId);
    });
  }

  #detach(): void {
    this.#functions.detach();
    this.#attachment?.abort(new Error('The processor was given another agent, or has closed'));
    this.#attachment = undefined;
  }

  #cannot(method: string, needed: string): TypeError {
    return new TypeError(`${this.constructor.name} has no ${needed}, which ${method} is for`);
  }

  #closedError(): ComponentClosedError {
    return new ComponentClosedError(
      `The ${this.provider} processor is closed; make a new one to start again`,
    );
  }

  override [afterStart](): void {
    this.#inputs.open();
    this.#video.open();
  }

  override async [drain]({ timeoutMs }: { timeoutMs: number }): Promise<void> {
    this.#detach();
    await Promise.all([this.stopWatchingVideoTrack(), this.#inputs.drain(this.clock, timeoutMs)]);
    this.spawn('processing', () => this.#inputs.idle());
  }

  override [closeOutputs](): void {
    this.#video.close();
    for (const track of this.#audioTracks) track.close();
  }
}
