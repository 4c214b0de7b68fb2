import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call, collect, say, ScriptedLLM, text } from '../../test/scripted-llm.ts';
import { ProviderError } from '../errors/index.ts';

const exporter = new InMemorySpanExporter();

function failing(): never {
  throw new ProviderError({ provider: 'acme', kind: 'rate-limit', status: 429, message: 'slow' });
}

beforeEach(() => {
  exporter.reset();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});

afterEach(() => {
  trace.disable();
  context.disable();
});

describe('the span simple_response', () => {
  it('encloses an answer, with what its functions do', async () => {
    const llm = new ScriptedLLM([[call('look')], [text('ok')]], { model: 'm-1' });
    llm.registerFunction({
      name: 'look',
      description: '',
      execute: () => trace.getTracer('app').startSpan('inside').end(),
    });
    await say(llm, 'Go');
    const [inside, answer] = exporter.getFinishedSpans();
    expect(answer?.name).toBe('simple_response');
    expect(answer?.instrumentationScope.name).toBe('vision_agents.core');
    expect(answer?.attributes).toEqual({ provider: 'acme', model: 'm-1' });
    expect(inside?.parentSpanContext?.spanId).toBe(answer?.spanContext().spanId);
  });

  it('says why an answer failed', async () => {
    await expect(say(new ScriptedLLM([failing]), 'Go')).rejects.toThrow('slow');
    const [span] = exporter.getFinishedSpans();
    expect(span?.status).toEqual({ code: 2, message: 'slow' });
    expect(span?.attributes).toEqual({
      provider: 'acme',
      error_type: 'rate-limit',
      error_code: 429,
      is_recoverable: 'true',
    });
  });

  it('is no failure when the answer is interrupted', async () => {
    const llm = new ScriptedLLM([[text('One'), text('two')]]);
    const abort = new AbortController();
    const answer = llm.simpleResponse('Go', { signal: abort.signal })[Symbol.asyncIterator]();
    await answer.next();
    abort.abort();
    expect(
      exporter.getFinishedSpans().map(({ status, events }) => [status.code, events[0]?.name]),
    ).toEqual([[0, 'interrupted']]);
    expect(await collect({ [Symbol.asyncIterator]: () => answer })).toEqual([]);
  });
});
