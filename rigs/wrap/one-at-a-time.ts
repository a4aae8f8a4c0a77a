/**
 * Lets one piece of work at an instrument end before the next begins, so that taking a bench back
 * never talks into an answer that a cancelled step still awaits.
 */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
