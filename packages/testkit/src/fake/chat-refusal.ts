/** Why a chat completions server refuses a request, in its own form. */
export class ChatRefusal extends Error {
  readonly status: number;
  readonly param: string | null;
  readonly code: string | null;

  constructor(
    message: string,
    details: { status?: number; param?: string | null; code?: string | null } = {},
  ) {
    super(message);
    this.status = details.status ?? 400;
    this.param = details.param ?? null;
    this.code = details.code ?? null;
  }

  toJSON(): object {
    const { message, param, code } = this;
    return { error: { message, type: 'invalid_request_error', param, code } };
  }
}
