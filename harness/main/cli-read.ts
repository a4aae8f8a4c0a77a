import { type Command, Option } from 'commander';
import { CLIENT_ROLES } from '../../rigs/dlms/test-client.ts';
import { ids, keyId, meterIndex, onOff, SECURITY_MODES, tables } from './arguments.ts';
import { withSerialStandard } from './cli-serial.ts';
import { readCommand } from './read-command.ts';

/** The command that reads a meter, by whatever language it speaks. */
export function addReadCommand(program: Command): void {
  withSerialStandard(program.command('read'))
    .description('read any C12.18, C12.22 or DLMS meter and show what is there')
    .option('--serial <path>', 'C12.18: serial port or pty')
    .option('--c12-22 <host:port>', 'C12.22: the node; loopback only')
    .option('--dlms <host:port>', 'DLMS: the wrapper over TCP; loopback only')
    .option('--dlms-listen <host:port>', 'DLMS: waits for a meter that opens TCP itself')
    .option('--hdlc <path>', 'DLMS: HDLC on a serial port or pty')
    .addOption(
      new Option('--as <role>', 'DLMS: the association').choices(CLIENT_ROLES).default('reader'),
    )
    .option('--objects <names>', 'DLMS: logical names, separated by commas (default: all)', ids, [])
    .option('--tables <numbers>', 'table numbers, separated by commas', tables, [0, 1, 3, 5, 52])
    .option('--trace', 'print every frame or APDU (passwords masked)', false)
    .option('--json', 'print names, values and units as JSON', false)
    .option('--dtr <state>', 'C12.18: state of the DTR line: on or off', onOff, false)
    .option('--rts <state>', 'C12.18: state of the RTS line: on or off', onOff, true)
    .addOption(
      new Option('--transport <name>', 'C12.22: how it is reached')
        .choices(['tcp', 'udp'])
        .default('tcp'),
    )
    .addOption(
      new Option('--security <mode>', 'C12.22: how the services travel')
        .choices(SECURITY_MODES)
        .default('ciphered'),
    )
    .option('--session', 'C12.22: log on first, and off at the end', false)
    .option('--index <n>', 'C12.22 and DLMS: which meter of the test fleet it is', meterIndex, 0)
    .option('--title <uid>', 'C12.22: ApTitle of the node (default: by its index)')
    .option('--calling <uid>', 'C12.22: ApTitle of the caller', '.2.9')
    .option('--key-id <n>', 'C12.22: id of the key (default: by the index)', keyId)
    .option('--keys <file>', 'C12.22: keys, CSV with the columns keyId and key')
    .addHelpText(
      'after',
      `
The password is taken from METERBENCH_OPTICAL_PASSWORD (default: twenty zero bytes); over C12.21 the key in
METERBENCH_C12_21_KEY, when it is there, takes its place.
Optical probes differ in which control line feeds them: try --dtr on when nothing answers.
Without --keys the key is that of the test fleet's meter, which is public.`,
    )
    .action(readCommand);
}
