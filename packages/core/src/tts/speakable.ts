/** A letter or a digit of any script, or a sign that is read aloud. */
const spoken = /[\p{L}\p{N}\p{Sc}%&@°]/u;

/** Whether there is anything to say in it: not in white space, punctuation, emoji or marks of Markdown. */
export function isSpeakable(text: string): boolean {
  return spoken.test(text);
}
