/** The DLMS face of a simulated meter, as a port serves it. */
import { createHash, randomBytes } from 'node:crypto';
import type { MeterIdentity } from '../../devices/domain/identity.ts';
import { createCosemHost } from '../../devices/meter/face/dlms/host.ts';
import { endsInDigest, type ImageTools } from '../../devices/meter/face/dlms/image-tools.ts';
import { CosemNode } from '../../devices/protocol/dlms/server/node.ts';
import type { ServerSettings } from '../../devices/protocol/dlms/server/settings.ts';
import type { CosemHost } from '../../devices/protocol/dlms/cosem/host.ts';
import { createGcmCipher } from '../../devices/protocol/dlms/security/gcm.ts';
import type { BenchPhysics } from '../bench/physics.ts';
import { testKeyRing } from '../head-end/test-keys.ts';

/** Of HLS: as long as the challenges of the field. */
const CHALLENGE_OCTETS = 16;

export interface CosemMeterOptions {
  /** Of a row with the columns of DLMS/COSEM. */
  readonly physics: BenchPhysics;
  /** Which meter of the test fleet it is: its keys follow from that. */
  readonly index: number;
  readonly identity: MeterIdentity;
  /** Of LLS. */
  readonly readerPassword: Uint8Array;
  /** Images have to end in the SHA-256 of what is before; left out, any image will do. */
  readonly signedImages?: boolean;
  readonly settings?: Partial<ServerSettings>;
}

/** The objects of one meter. Keys are those of the test fleet, which are public. */
function cosemHostOf(options: CosemMeterOptions): CosemHost {
  const { physics, index, identity, readerPassword, signedImages = false } = options;
  return createCosemHost({
    meters: physics.meters,
    row: physics.row,
    serial: identity.serial,
    moduleVersion: identity.moduleVersion,
    factoryKeys: testKeyRing(index),
    readerPassword,
    cipherOf: createGcmCipher,
    image: imageTools(signedImages),
    give: (input) => physics.give(input),
  });
}

/** The meter behind a port: it answers whoever is associated. */
export function cosemNodeOf(
  options: CosemMeterOptions,
  closePath: (path: string) => void,
): CosemNode {
  return new CosemNode({
    host: cosemHostOf(options),
    challenge: () => new Uint8Array(randomBytes(CHALLENGE_OCTETS)),
    closePath,
    ...(options.settings && { settings: options.settings }),
  });
}

function sha256(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}

function imageTools(signedImages: boolean): ImageTools {
  return {
    sha256,
    isSigned: signedImages ? endsInDigest(sha256) : () => true,
    verifyNs: 0,
    activateNs: 0,
  };
}
