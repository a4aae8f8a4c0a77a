import { type Command, Option } from 'commander';
import { BAUD_CODE_9600 } from '../../devices/protocol/c12-18/baud-codes.ts';
import { deviceNumber, speeds } from './arguments.ts';

/** What is spoken on a serial path: options that the meter's end and the reader's end share. */
export function withSerialStandard(command: Command): Command {
  return command
    .addOption(
      new Option('--standard <name>', 'on the serial path: the optical port, or a modem line')
        .choices(['c12-18', 'c12-21'])
        .default('c12-18'),
    )
    .option('--device-number <n>', 'C12.21: which device of a line of several', deviceNumber)
    .addOption(
      new Option('--speeds <bit/s,...>', 'speeds that Negotiate may choose from')
        .argParser(speeds)
        .default([BAUD_CODE_9600], '9600'),
    );
}
