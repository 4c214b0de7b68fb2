import type { WebSocket } from 'ws';
import { FakeSession, FakeSocketServer, type UpgradeRequest } from '../../src/index.ts';

/** The text that the client ends a session with. */
export const FAREWELL = 'bye';

/** Takes numbered chunks of audio, and does what a test says. */
export class FaultServer extends FakeSocketServer<FakeSession> {
  /** The numbers of the chunks that came in, in order, over all connections. */
  readonly chunks: number[] = [];
  readonly texts: string[] = [];
  /** Whether a new session is told that it is accepted. */
  accepts = true;
  answersFarewell = true;
  #sockets: WebSocket[] = [];
  readonly #ended = new WeakSet<FakeSession>();

  override async start(): Promise<void> {
    this.chunks.length = 0;
    this.texts.length = 0;
    this.accepts = true;
    this.answersFarewell = true;
    this.#sockets = [];
    await super.start();
  }

  closeWithoutCode(): void {
    for (const socket of this.#sockets) socket.close();
  }

  protected override authorise(): undefined {
    return undefined;
  }

  protected override createSession(request: UpgradeRequest, socket: WebSocket): FakeSession {
    this.#sockets.push(socket);
    return new FakeSession({
      request,
      socket,
      onViolation: (reason) => this.noteViolation(reason),
    });
  }

  protected override onOpen(session: FakeSession): void {
    if (this.accepts) session.send({ type: 'ready' });
  }

  protected override onFrame(session: FakeSession, frame: string | Uint8Array): void {
    if (typeof frame === 'string') {
      this.texts.push(frame);
      if (frame === FAREWELL) this.#ended.add(session);
      if (frame === FAREWELL && this.answersFarewell) session.close();
      return;
    }
    if (this.#ended.has(session)) this.noteViolation('audio after the farewell');
    this.chunks.push(new DataView(frame.buffer, frame.byteOffset).getInt32(0, true));
  }
}
