import fc from 'fast-check';
import { CodecError } from '../../../../devices/protocol/bytes/codec-error.ts';

/** Right services, services with a byte changed, cut ones, shuffled ones, and any bytes. */
export function servicesLike(right: fc.Arbitrary<Uint8Array[]>): fc.Arbitrary<Uint8Array[]> {
  const changed = fc
    .tuple(right, fc.nat(), fc.nat(), fc.nat({ max: 255 }))
    .map(([services, which, at, byte]) =>
      services.map((service, index) => {
        if (index !== which % services.length) return service;
        return service.map((old, place) => (place === at % service.length ? byte : old));
      }),
    );
  const cut = fc
    .tuple(right, fc.nat())
    .map(([services, end]) =>
      services.map((service) => service.subarray(0, end % (service.length + 1))),
    );
  const mixed = fc.tuple(right, right).map(([one, other]) => [...one.slice(0, 1), ...other]);
  return fc.oneof(right, changed, cut, mixed, fc.array(fc.uint8Array({ maxLength: 40 })));
}

/** The CodecError that the work throws. @throws when it throws none: refusing is what is tested */
export function refusalOf(work: () => unknown): CodecError {
  try {
    work();
  } catch (error) {
    if (error instanceof CodecError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
