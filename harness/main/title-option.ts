import { CodecError } from '../../devices/protocol/bytes/codec-error.ts';
import { ApTitle } from '../../devices/protocol/c12-22/ap-title.ts';
import { EXIT, Refusal } from './exit.ts';

/** The ApTitle that an option names. @throws Refusal */
export function titleOf(option: string, text: string): ApTitle {
  try {
    return ApTitle.of(text);
  } catch (error) {
    if (!(error instanceof CodecError)) throw error;
    throw new Refusal(EXIT.file, `${option} ${text}: ${error.message}`);
  }
}
