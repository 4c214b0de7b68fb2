const MAX_LENGTH = 160;

/** As many characters of a key in a row are taken for the key: providers repeat its beginning and its end. */
const FRAGMENT = 4;

/** What a server says, made safe to show: without a trace of the key, without control characters, on one short line. */
export function masked(text: string, key: string | undefined): string {
  // Masked before it is cut, and after the characters are gone that could split a key in two.
  const line = text
    .replaceAll(/\p{Cf}/gu, '')
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  const safe = key === undefined ? line : withoutKey(line, key);
  return safe.length > MAX_LENGTH ? `${safe.slice(0, MAX_LENGTH - 1)}…` : safe;
}

function withoutKey(text: string, key: string): string {
  const forms = [key, encodeURIComponent(key), Buffer.from(key).toString('base64')];
  const whole = forms.reduce((rest, form) => rest.replaceAll(form, '[key]'), text);
  if (key.length < 2 * FRAGMENT) return whole;
  const ends = [key.slice(0, FRAGMENT), key.slice(-FRAGMENT)];
  return whole
    .split(/([\s"'`,;:()<>{}=]+)/)
    .map((word) => (isPieceOf(word, key, ends) ? '[key]' : word))
    .join('');
}

/** A longer part of the key, or one of its ends beside stars or dots: `sk-a***wxyz`. */
function isPieceOf(word: string, key: string, ends: readonly string[]): boolean {
  const isStarred = /[*•…]|\.{2}/.test(word);
  if (isStarred && ends.some((end) => word.includes(end))) return true;
  const length = 2 * FRAGMENT;
  for (let index = 0; index + length <= key.length; index++) {
    if (word.includes(key.slice(index, index + length))) return true;
  }
  return false;
}
