/** Whole seconds over which a rate is told. */
const SECONDS = 5;

/** How often something happened in the last seconds; counting costs the same however much comes. */
export class Rate {
  readonly #nowMs: () => number;
  /** By second modulo its length; the second that is under way has the place after the last. */
  readonly #counts = new Float64Array(SECONDS + 1);
  #second = 0;
  #sinceSecond: number | null = null;
  total = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  count(): void {
    this.#turn();
    this.total++;
    const place = this.#second % this.#counts.length;
    this.#counts[place] = (this.#counts[place] ?? 0) + 1;
  }

  /** Mean of the last whole seconds, or of as many as there were since the first; 0 before. */
  perSecond(): number {
    this.#turn();
    const { length } = this.#counts;
    const whole = Math.min(SECONDS, this.#second - (this.#sinceSecond ?? this.#second));
    if (whole === 0) return 0;
    let sum = 0;
    for (let back = 1; back <= whole; back++) {
      sum += this.#counts[(this.#second - back) % length] ?? 0;
    }
    return sum / whole;
  }

  /** Empties the seconds that went by. */
  #turn(): void {
    const now = Math.floor(this.#nowMs() / 1000);
    if (this.#sinceSecond === null) {
      this.#sinceSecond = now;
      this.#second = now;
    }
    const from = Math.max(this.#second + 1, now - this.#counts.length + 1);
    for (let second = from; second <= now; second++) this.#counts[second % this.#counts.length] = 0;
    this.#second = Math.max(this.#second, now);
  }
}
