import { ApTitle } from '../../devices/protocol/c12-22/ap-title.ts';
import { ELEMENT_TAGS, readFrame } from '../../devices/protocol/c12-22/apdu.ts';
import { BerReader } from '../../devices/protocol/c12-22/ber.ts';
import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';

/** As much of an APDU as a network must know: neither content nor security. */
export interface ApduRoute {
  readonly called: ApTitle | null;
  readonly calling: ApTitle | null;
  /** It names the invocation that it answers. */
  readonly isAnswer: boolean;
}

/** Reads the route of a datagram; null when it is no APDU. */
export function routeOf(bytes: Uint8Array): ApduRoute | null {
  try {
    let called: ApTitle | null = null;
    let calling: ApTitle | null = null;
    let answers = false;
    for (const { tag, content } of readFrame(bytes).elements) {
      if (tag === ELEMENT_TAGS.called) called = ApTitle.read(new BerReader(content), 'called');
      if (tag === ELEMENT_TAGS.calling) calling = ApTitle.read(new BerReader(content), 'calling');
      if (tag === ELEMENT_TAGS.calledInvocation) answers = true;
    }
    return { called, calling, isAnswer: answers };
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}
