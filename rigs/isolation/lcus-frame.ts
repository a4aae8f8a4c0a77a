const START = 0xa0;

/** The four bytes that switch a channel. `closed` true closes the relay's contact. */
export function lcusCommand(channel: number, closed: boolean): Uint8Array {
  const operation = closed ? 1 : 0;
  return Uint8Array.of(START, channel, operation, (START + channel + operation) & 0xff);
}
