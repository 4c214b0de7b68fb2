const always = /^(auth|authorization|cookie|credentials?|password|secret|signature)$/;
/** `key`, `apikey`, `token`, `accesstoken`; but neither `keyterm` nor `tokens`. */
const last = /(key|token|secret|password|signature)$/;
/** Named like a secret, and none: it is made anew for each request, and would push out the real ones. */
const noSecret = /^idempotency-key$/i;

/** Whether an option, header or query parameter of this name holds what authenticates. */
export function isSecretName(name: string): boolean {
  if (noSecret.test(name)) return false;
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/);
  return words.some((word) => always.test(word)) || last.test(words.at(-1) ?? '');
}
