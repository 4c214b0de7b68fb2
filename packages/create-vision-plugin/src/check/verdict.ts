import { CliError } from '../errors.ts';
import { ownCommand } from '../shell.ts';
import type { Finding } from './finding.ts';
import { providerAt } from './providers.ts';
import type { Survey } from './survey.ts';
import type { Target } from './target.ts';

/** The longest address that a plugin can be made with. */
const MAX_SERVICE_LENGTH = 72;

const MAX_TIMEOUT_SECONDS = 600;

/** Why a service can't be used as it is, with what to do about it. */
export function refusalOf(found: Survey, target: Target): CliError {
  const { baseUrl } = found;
  const finding = decisive(found);
  const again = (...more: readonly string[]): string =>
    ownCommand([
      'check',
      baseUrl,
      ...(target.keyVariable === undefined || more.includes('--api-key-env')
        ? []
        : ['--api-key-env', target.keyVariable]),
      ...(target.model === undefined || more.includes('--model') ? [] : ['--model', target.model]),
      ...more,
    ]);
  const detail = finding?.detail ?? '';
  switch (finding?.reason) {
    case 'unreachable':
      return new CliError(
        'E_CHECK_UNREACHABLE',
        `${baseUrl} can't be reached: ${detail}.`,
        'Start the service, or mend the address.',
      );
    case 'tls':
      return new CliError(
        'E_CHECK_UNREACHABLE',
        `${baseUrl} can't be reached safely: ${detail}.`,
        tlsFix(detail, again, baseUrl),
      );
    case 'redirect':
      return new CliError(
        'E_CHECK_UNREACHABLE',
        `${baseUrl} is not where the service is: ${detail}.`,
        'Check the address that it redirects to; the key is not sent there.',
      );
    case 'key':
      return target.key === undefined
        ? new CliError(
            'E_CHECK_KEY',
            `${baseUrl} asks for a key.`,
            again('--api-key-env', providerAt(baseUrl)?.keyVariable ?? 'ACME_API_KEY'),
          )
        : new CliError(
            'E_CHECK_KEY',
            `${baseUrl} refuses the key in ${target.keyVariable ?? ''}.`,
            'Make sure that it is the key of this service, and that it may use this model.',
          );
    case 'timeout': {
      const longer = Math.min(MAX_TIMEOUT_SECONDS, Math.ceil((target.timeoutMs / 1000) * 4));
      return new CliError(
        'E_CHECK_NO_ANSWER',
        `${baseUrl} took too long: ${detail}. A local server may have to load the model first.`,
        again('--timeout', String(longer)),
      );
    }
    case 'busy':
    case 'broken':
      return new CliError(
        'E_CHECK_NO_ANSWER',
        `${baseUrl} does not answer as it should: ${detail}.`,
        `Later again: ${again()}`,
      );
    case 'model':
      return new CliError(
        'E_CHECK_MODEL',
        `The model ${found.model ?? ''} can't be asked: ${detail}.`.replace('  ', ' '),
        again('--model', '<name>'),
      );
    default:
      if (found.model === undefined && finding?.reason === 'refused')
        return new CliError(
          'E_CHECK_MODEL',
          `${baseUrl} lists no model to ask: ${detail}.`,
          again('--model', '<name>'),
        );
      return needsPlugin(baseUrl, detail);
  }
}

/** Streaming is what an agent needs; what failed before it says more. */
function decisive({ findings }: Survey): Finding | undefined {
  const of = (probe: string): Finding | undefined =>
    findings.find((finding) => finding.probe === probe);
  const [models, chat, streaming] = [of('models'), of('chat'), of('streaming')];
  if (chat?.status === 'not-tried') return models;
  return streaming === undefined || streaming.status === 'not-tried' ? chat : streaming;
}

function needsPlugin(baseUrl: string, detail: string): CliError {
  const service = baseUrl.length > MAX_SERVICE_LENGTH ? [] : ['--base-url', baseUrl];
  return new CliError(
    'E_CHECK_NEEDS_PLUGIN',
    `${baseUrl} does not have chat completions that stream: ${detail}. It needs a plugin, unless the address is another.`,
    ownCommand(['acme', '--type', 'llm', '--transport', 'http', ...service]),
  );
}

function tlsFix(detail: string, again: () => string, baseUrl: string): string {
  return detail.includes('certificate')
    ? `NODE_EXTRA_CA_CERTS=ca.pem ${again()}`
    : again().replace(baseUrl, baseUrl.replace(/^https/, 'http'));
}
