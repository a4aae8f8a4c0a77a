import { InvalidArgumentError } from 'commander';
import { EFFECTS, type Effect } from '../../rigs/port/action.ts';
import type { CalibrationOverride } from '../plan/calibration.ts';
import { baudCodeOf } from '../../devices/protocol/c12-18/baud-codes.ts';
import type { SecurityMode } from '../../devices/protocol/c12-22/epsem.ts';

/** What the command line's options hold, from the texts that were typed. */

/** Of the test fleet's meters: their telephone numbers have seven digits for it. */
const LAST_INDEX = 9_999_999;

/** Digits alone make a whole number; anything else, and nothing, is NaN. */
function wholeNumber(text: string): number {
  return /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
}

export function count(text: string): number {
  const value = wholeNumber(text);
  if (value >= 1) return value;
  throw new InvalidArgumentError('a whole number from 1 on is wanted');
}

export function meterIndex(text: string): number {
  const value = wholeNumber(text);
  if (value >= 0 && value <= LAST_INDEX) return value;
  throw new InvalidArgumentError(`a whole number from 0 to ${LAST_INDEX} is wanted`);
}

export function seed(text: string): number {
  const value = wholeNumber(text);
  if (value >= 0 && value <= 0xffff_ffff) return value;
  throw new InvalidArgumentError('a whole number from 0 to 4294967295 is wanted');
}

export function ids(text: string): readonly string[] {
  const named = text.split(',').map((id) => id.trim());
  if (named.every((id) => id !== '')) return named;
  throw new InvalidArgumentError('requirement ids separated by commas are wanted');
}

/** Effects on a meter, separated by commas. */
export function effects(text: string): readonly Effect[] {
  return text.split(',').map((part) => {
    const effect = EFFECTS.find((each) => each === part.trim());
    if (effect !== undefined) return effect;
    throw new InvalidArgumentError(`"${part.trim()}" is none of ${EFFECTS.join(', ')}`);
  });
}

/** Who answers for an overdue calibration, and why. */
export function calibrationOverride(text: string): CalibrationOverride {
  const [, by, reason] = /^([^:]*\S)\s*:\s*(\S[^]*)$/.exec(text.trim()) ?? [];
  if (by !== undefined && reason !== undefined) return { by, reason };
  throw new InvalidArgumentError('a name and a reason are wanted: "A. Tester: sent away, ..."');
}

export function tables(text: string): readonly number[] {
  return text.split(',').map((part) => {
    const number = wholeNumber(part);
    if (number >= 0 && number <= 0xffff) return number;
    throw new InvalidArgumentError(`"${part}" is no table number`);
  });
}

export function onOff(text: string): boolean {
  if (text === 'on' || text === 'off') return text === 'on';
  throw new InvalidArgumentError('on or off is wanted');
}

export function port(text: string): number {
  const value = wholeNumber(text);
  if (value >= 0 && value <= 65_535) return value;
  throw new InvalidArgumentError('a port from 0 (any that is free) to 65535 is wanted');
}

export const SECURITY_MODES = ['clear', 'authenticated', 'ciphered'] as const;

export function securityModes(text: string): readonly SecurityMode[] {
  return text.split(',').map((part) => {
    const mode = SECURITY_MODES.find((each) => each === part.trim());
    if (mode !== undefined) return mode;
    throw new InvalidArgumentError(`"${part}" is none of ${SECURITY_MODES.join(', ')}`);
  });
}

export function keyId(text: string): number {
  const value = wholeNumber(text);
  if (value >= 0 && value <= 0xff) return value;
  throw new InvalidArgumentError('a key id from 0 to 255 is wanted');
}

/** Speeds in bit/s, as codes of Negotiate. */
export function speeds(text: string): readonly number[] {
  return text.split(',').map((part) => {
    const code = baudCodeOf(wholeNumber(part));
    if (code !== undefined) return code;
    throw new InvalidArgumentError(`"${part}" is no speed of C12.18, as 9600 or 19200`);
  });
}

/** Identity of a C12.21 device on a line of several. */
export function deviceNumber(text: string): number {
  const value = wholeNumber(text);
  if (value >= 0 && value <= 0xff) return value;
  throw new InvalidArgumentError('a device number from 0 to 255 is wanted');
}
