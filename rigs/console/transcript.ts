/** What a console printed, made fit for journals, messages and expectations. */

// Colours and cursor movements (ECMA-48, control sequences) say nothing to a reader.
// oxlint-disable-next-line no-control-regex
const CONTROL_SEQUENCES = /\u001b\[[0-?]*[ -/]*[@-~]/g;
const MASK = '***';
/** Characters of a transcript's end that a message shows. */
const SHOWN = 200;

/** Text without control sequences, with one kind of line end. */
export function plainText(text: string): string {
  return text.replace(CONTROL_SEQUENCES, '').replace(/\r+\n/g, '\n').replace(/\r/g, '\n');
}

/** Hides secrets wherever they stand whole. */
export function masked(text: string, secrets: readonly string[]): string {
  return secrets.reduce((left, secret) => left.replaceAll(secret, MASK), text);
}

/** The end of what came, for a message; a secret that was cut off while it came is hidden too. */
export function shownEnd(text: string, secrets: readonly string[]): string {
  if (text === '') return 'nothing';
  const whole = masked(text, secrets);
  const begun = Math.max(0, ...secrets.map((secret) => beginningAt(whole, secret)));
  const safe = begun === 0 ? whole : `${whole.slice(0, -begun)}${MASK}`;
  return JSON.stringify(safe.slice(-SHOWN));
}

/** How many characters at the end of a text are the beginning of a secret. */
function beginningAt(text: string, secret: string): number {
  for (let length = Math.min(secret.length, text.length); length > 0; length--) {
    if (text.endsWith(secret.slice(0, length))) return length;
  }
  return 0;
}

/** What stands between the echo of a command and the prompt. */
export function answerOf(text: string, command: string): string {
  const [first = '', ...rest] = text.split('\n');
  const answer = first.trim() === command.trim() ? rest.join('\n') : text;
  return answer.replace(/^\n+/, '').trimEnd();
}
