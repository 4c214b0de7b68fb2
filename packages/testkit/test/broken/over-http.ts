import { ComponentErrorEvent, type STT } from '@vision-agents/core';
import { ReferenceHttpSTT, type HttpInput } from '../reference/reference-http-stt.ts';
import { replace } from './alter-plugin.ts';
import { brokenAnywhere, brokenFrom, brokenOverNetwork, brokenWithRequests } from './any-plugin.ts';
import { emptyTexts, oneAtATime, permanentErrors } from './broken-transcribe.ts';

const good = (input: HttpInput): STT => new ReferenceHttpSTT(input);

class VagueAboutTheKey extends ReferenceHttpSTT {
  constructor(input: HttpInput = {}) {
    if (input.apiKey === undefined && !input.client) throw new Error('Invalid credentials');
    super(input);
  }
}

class TakesAnyOption extends ReferenceHttpSTT {
  constructor({ apiKey, baseUrl, client }: HttpInput = {}) {
    super({ apiKey, baseUrl, client });
  }
}

class ShowsItsKey extends ReferenceHttpSTT {
  readonly key: string | undefined;

  constructor(input: HttpInput = {}) {
    super(input);
    this.key = input.apiKey;
  }
}

class ClosesAnyClient extends ReferenceHttpSTT {
  protected override onClose(): void {
    this.client.close();
  }
}

class ClosesNoClient extends ReferenceHttpSTT {
  protected override onClose(): void {}
}

/** For each rule of a plugin that makes requests, by way of a client, one that breaks just that rule. */
export const brokenOverHttp: Readonly<Record<string, (input: HttpInput) => STT>> = {
  ...brokenFrom(brokenAnywhere, good),
  ...brokenFrom(brokenOverNetwork, good),
  ...brokenFrom(brokenWithRequests, good),
  'no-empty-text': (input) => new ReferenceHttpSTT(input, emptyTexts),
  'survives-a-temporary-error': (input) => new ReferenceHttpSTT(input, permanentErrors),
  'gives-up-on-a-wrong-key': (input) => {
    const stt = good(input);
    stt.events.on(ComponentErrorEvent, async ({ error }) => {
      if (error.kind === 'auth' && input.baseUrl !== undefined)
        await fetch(input.baseUrl).catch(() => undefined);
    });
    return stt;
  },
  'one-request-at-a-time': (input) => replace(good(input), 'serial', () => true),
  'speakers-do-not-wait': (input) => new ReferenceHttpSTT(input, oneAtATime),
  'says-which-key-is-missing': (input) => new VagueAboutTheKey(input),
  'refuses-unknown-options': (input) => new TakesAnyOption(input),
  'keeps-secrets': (input) => new ShowsItsKey(input),
  'leaves-given-clients-open': (input) => new ClosesAnyClient(input),
  'closes-its-own-client': (input) => new ClosesNoClient(input),
};
