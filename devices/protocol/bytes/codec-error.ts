/** What every codec here throws, and the only thing that it throws, when bytes or values are wrong. */
export class CodecError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CodecError';
  }
}

/** Fewer bytes were left than a field needs. */
export class ShortRead extends CodecError {
  readonly field: string;
  readonly wanted: number;
  readonly left: number;
  readonly offset: number;
  constructor(field: string, wanted: number, left: number, offset: number) {
    super(`${field}: ${wanted} bytes wanted, ${left} left at offset ${offset}`);
    this.name = 'ShortRead';
    this.field = field;
    this.wanted = wanted;
    this.left = left;
    this.offset = offset;
  }
}
