import type { Twin } from '../../../rigs/serial/twin.ts';

/** Remembers the lines that a twin hears: what a driver really says on its line. */
export class LinesHeard {
  #text = '';

  get lines(): readonly string[] {
    return this.#text.split('\n').slice(0, -1);
  }

  readonly wrap = (twin: Twin): Twin => ({
    connect: (send) => twin.connect(send),
    receive: (bytes, nowNs) => {
      this.#text += Buffer.from(bytes).toString('latin1');
      twin.receive(bytes, nowNs);
    },
  });
}
