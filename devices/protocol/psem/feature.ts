import { CodecError } from '../bytes/codec-error.ts';
import { ByteWriter } from '../bytes/byte-writer.ts';
import { ApTitle } from '../c12-22/ap-title.ts';
import { BerReader, hexByte } from '../c12-22/ber.ts';

/** What a device tells about itself in its answer to Identify, beyond standard and version. */
export type Feature =
  | { readonly feature: 'authentication'; readonly type: number; readonly algorithm: number }
  | {
      readonly feature: 'authentication-ticket';
      readonly type: number;
      readonly algorithm: number;
      readonly ticket: Uint8Array;
    }
  | { readonly feature: 'security-mechanism' | 'device-class'; readonly identifier: ApTitle }
  | {
      readonly feature: 'session-control';
      readonly sessions: number;
      readonly sessionless: boolean;
    }
  | { readonly feature: 'device-identity'; readonly format: number; readonly identity: Uint8Array };

const FEATURE_TAGS: Readonly<Record<Feature['feature'], number>> = {
  authentication: 0x01,
  'authentication-ticket': 0x02,
  'security-mechanism': 0x04,
  'session-control': 0x05,
  'device-class': 0x06,
  'device-identity': 0x07,
};
const NAMES = new Map(
  Object.entries(FEATURE_TAGS).map(([name, tag]) => [tag, name as Feature['feature']]),
);
const SESSIONLESS = 0x80;

/**
 * Reads the feature list of an Identify answer, without its closing 00.
 * @throws CodecError for a tag that is none of the standard's: its length is unknown
 */
export function decodeFeatures(bytes: Uint8Array): Feature[] {
  const reader = new BerReader(bytes);
  const features: Feature[] = [];
  while (reader.left > 0) {
    const offset = reader.offset;
    const tag = reader.octet('feature');
    const name = NAMES.get(tag);
    if (name === undefined) {
      throw new CodecError(`feature: ${hexByte(tag)} at offset ${offset} is unknown`);
    }
    features.push(decodeFeature(name, reader));
  }
  return features;
}

function decodeFeature(feature: Feature['feature'], reader: BerReader): Feature {
  switch (feature) {
    case 'authentication':
      return { feature, type: reader.octet('type'), algorithm: reader.octet('algorithm') };
    case 'authentication-ticket': {
      const [type, algorithm] = [reader.octet('type'), reader.octet('algorithm')];
      const ticket = reader.copy('ticket', reader.octet('ticket length'));
      return { feature, type, algorithm, ticket };
    }
    case 'security-mechanism':
    case 'device-class':
      return { feature, identifier: ApTitle.read(reader, feature) };
    case 'session-control': {
      const bits = reader.octet('session control');
      return { feature, sessions: bits & ~SESSIONLESS, sessionless: (bits & SESSIONLESS) !== 0 };
    }
    case 'device-identity': {
      const length = reader.octet('device identity length');
      if (length === 0) throw new CodecError('device identity: its format is missing');
      const format = reader.octet('device identity format');
      return { feature, format, identity: reader.copy('device identity', length - 1) };
    }
  }
}

/** The feature list of an Identify answer, without its closing 00. @throws CodecError */
export function encodeFeatures(features: readonly Feature[]): Uint8Array {
  const writer = new ByteWriter();
  for (const feature of features) encodeFeature(writer, feature);
  return writer.finish();
}

function encodeFeature(writer: ByteWriter, feature: Feature): ByteWriter {
  writer.octet('feature', FEATURE_TAGS[feature.feature]);
  switch (feature.feature) {
    case 'authentication':
      return writer.octet('type', feature.type).octet('algorithm', feature.algorithm);
    case 'authentication-ticket':
      writer.octet('type', feature.type).octet('algorithm', feature.algorithm);
      return writer.octet('ticket length', feature.ticket.length).bytes(feature.ticket);
    case 'security-mechanism':
    case 'device-class':
      return writer.bytes(feature.identifier.uid);
    case 'session-control':
      if (feature.sessions >= SESSIONLESS) {
        throw new CodecError(`sessions: ${feature.sessions} does not fit into 7 bits`);
      }
      return writer.octet(
        'session control',
        feature.sessions | (feature.sessionless ? SESSIONLESS : 0),
      );
    case 'device-identity':
      writer.octet('device identity length', feature.identity.length + 1);
      return writer.octet('device identity format', feature.format).bytes(feature.identity);
  }
}
