import { expect, test } from 'vitest';
import { toHex } from '../../../devices/protocol/bytes/hex.ts';
import { ApTitle } from '../../../devices/protocol/c12-22/ap-title.ts';
import { openApdu, sealApdu } from '../../../devices/protocol/c12-22/secure-apdu.ts';
import type {
  C1222Request,
  C1222Response,
} from '../../../devices/protocol/psem/network-service.ts';
import { encodeRequest } from '../../../devices/protocol/psem/request.ts';
import { decodeResponse } from '../../../devices/protocol/psem/response.ts';
import { cipherOf, keyIdOf, Story } from './story.ts';

const OWN = ApTitle.of('.1.1');
const OTHER = ApTitle.of('.1.2');
const HEAD_END = ApTitle.of('.2.1');
let iv = 5;

/** A meter asks the network; the head-end's answer is opened with the meter's key. */
function asks(story: Story, ...requests: readonly C1222Request[]): readonly C1222Response[] {
  const bytes = sealApdu(
    { called: HEAD_END, calling: OWN, callingInvocation: ++iv },
    { services: requests.map((request) => encodeRequest(request)) },
    {
      mode: 'ciphered',
      cipher: cipherOf(0),
      parameters: { keyId: keyIdOf(0), iv },
      parametersFrom: 'apdu',
    },
  );
  const before = story.sent.length;
  story.hears(bytes, '127.0.0.1:4711');
  const answer = story.sent[before];
  if (answer === undefined) throw new Error('an answer was awaited, none was sent');
  const opened = openApdu(answer.bytes, { cipher: () => cipherOf(0) });
  if (opened.outcome !== 'good')
    throw new Error(`a good answer was awaited, not ${opened.outcome}`);
  if (opened.apdu.calledInvocation !== iv) throw new Error('an answer to something else');
  return opened.content.services.map((service, at) =>
    decodeResponse(service, requests[at]?.service ?? 'terminate'),
  );
}

test('tells what it is and who is on the way', () => {
  const [identity, trace] = asks(
    new Story({ meters: 2 }),
    { service: 'identify' },
    { service: 'trace', titles: [OWN] },
  );
  expect(identity).toMatchObject({ answers: 'identify', identity: { standard: 3 } });
  const titles = trace !== undefined && 'titles' in trace ? trace.titles : [];
  expect(titles.map((title) => title.toAbsoluteString())).toEqual([
    OWN.toAbsoluteString(),
    HEAD_END.toAbsoluteString(),
  ]);
});

test('a registered meter is resolved to where it was heard, one that deregistered is not', () => {
  const story = new Story({ meters: 2 });
  const resolve = { service: 'resolve', title: OWN } as const;
  expect(asks(story, resolve)).toEqual([{ refused: 'uat' }]);
  story.register();
  const [answer] = asks(story, resolve);
  const address = answer !== undefined && 'nativeAddress' in answer ? answer.nativeAddress : null;
  expect(toHex(address ?? new Uint8Array())).toBe('7f0000011267');
  expect(asks(story, { service: 'deregister', title: OWN })).toEqual([{ answers: 'deregister' }]);
  expect(asks(story, resolve)).toEqual([{ refused: 'uat' }]);
  expect(story.record()).toMatchObject({ state: 'unknown', records: 1 });
});

test('nobody takes another node out of the network', () => {
  const story = new Story({ meters: 2 });
  story.register();
  expect(asks(story, { service: 'deregister', title: OTHER })).toEqual([{ refused: 'isc' }]);
  expect(story.record().state).toBe('placed');
});
