import { type Command, Option } from 'commander';
import { CARRIERS } from '../../rigs/fleet/carrier-models.ts';
import { count, port, seed } from './arguments.ts';
import { type FleetFlags, fleetCommand } from './fleet-command.ts';
import { KEY_FORMATS, type KeysFlags, keysCommand } from './keys-command.ts';
import { serveMeterCommand } from './serve-command.ts';
import { serveHeadEndCommand } from './serve-head-end-command.ts';
import { serveSinkCommand } from './serve-sink-command.ts';

const COMMISSIONED = ['fresh', 'placed', 'provisioned'] as const;

/** The commands by which meters, head-ends and sinks stand alone, without a scenario. */
export function addFleetCommands(program: Command): void {
  addServe(program);
  program
    .command('fleet')
    .description('a fleet without a scenario: meters in threads over UDP against a target')
    .requiredOption('--meters <n>', 'how many meters', count)
    .requiredOption('--target <host:port>', 'the head-end or sink; loopback only')
    .option('--configuration <host:port>', 'the configuration server (default: the target)')
    .option('--profile <name>', 'meter type: a file or a short name', 'centron-gprs')
    .addOption(
      new Option('--carrier <name>', 'network in between')
        .choices(CARRIERS.map(({ name }) => name))
        .default('ideal'),
    )
    .addOption(
      new Option('--commissioned <how>', 'how far the meters were brought before')
        .choices(COMMISSIONED)
        .default('provisioned'),
    )
    .option('--for <duration>', 'how long', '60 s')
    .option('--outage <share>', 'cut the mains of a share in the middle third of the time')
    .option('--shards <n>', 'worker threads', count, 2)
    .option('--seed <n>', 'seed of everything that varies', seed, 1)
    .option('--capture <file>', 'write a pcapng')
    .option('--json', 'print the counts as JSON', false)
    .addHelpText(
      'after',
      `
Example:
  meterbench serve sink --json &
  meterbench fleet --meters 2000 --target 127.0.0.1:1153 --for "30 s" --outage 20%`,
    )
    .action(async (flags: FleetFlags) => {
      process.exitCode = await fleetCommand(flags);
    });
  program
    .command('keys')
    .description("print the test fleet's keys, which are public and protect nothing")
    .option('--meters <n>', 'how many meters', count, 1)
    .option('--first <index>', 'index of the first one, from 0 on', port, 0)
    .addOption(new Option('--format <format>', 'form').choices(KEY_FORMATS).default('text'))
    .addHelpText(
      'after',
      `
A key id is one byte, so it names one key within a block of 256 meters; a capture has an interface for
each block. To have tshark judge the MACs of the first block and decipher it:
  eval tshark -r capture.pcapng -Y frame.interface_id==0 \\
    $(meterbench keys --meters 256 --format tshark)`,
    )
    .action((flags: KeysFlags) => {
      process.stdout.write(`${keysCommand(flags)}\n`);
    });
}

function addServe(program: Command): void {
  const serve = program
    .command('serve')
    .description('serve a simulated thing to the outside; prints one JSON line when it is ready');
  serve
    .command('meter')
    .description('answer C12.18 on a serial port or pty as a simulated meter')
    .option('--profile <name>', 'meter type: a file or a short name', 'centron-gprs')
    .requiredOption('--serial <path>', 'serial port or pty')
    .option('--number <text>', 'serial number on its nameplate', '60012345')
    .option('--seed <n>', 'seed of its clock, drift and error', seed, 1)
    .addHelpText(
      'after',
      `
The password is twenty zero bytes, or the text in METERBENCH_OPTICAL_PASSWORD.

Example:
  socat -d pty,raw,echo=0,link=meter pty,raw,echo=0,link=probe &
  meterbench serve meter --profile centron-gprs --serial ./meter &
  meterbench read --serial ./probe --tables 0,1,3,5,52`,
    )
    .action(serveMeterCommand);
  serve
    .command('sink')
    .description('open and count every message of the test fleet; counts are printed at the end')
    .option('--host <address>', 'address to listen on; loopback only', '127.0.0.1')
    .option('--port <n>', 'UDP port; 0 is any that is free', port, 1153)
    .option('--json', 'print the counts as JSON', false)
    .action(serveSinkCommand);
  serve
    .command('head-end')
    .description('the reference head-end: C12.22 over UDP, REST and events northbound')
    .option('--host <address>', 'address to listen on; loopback only', '127.0.0.1')
    .option('--port <n>', 'UDP port of the head-end; 0 is any that is free', port, 1153)
    .option('--configuration-port <n>', 'UDP port of the configuration server', port, 0)
    .option('--northbound-port <n>', 'TCP port of REST and events', port, 0)
    .option('--meters <n>', 'meters of the test fleet that it knows', count, 100)
    .addOption(
      new Option('--commissioned <how>', 'how far they were brought before')
        .choices(COMMISSIONED)
        .default('fresh'),
    )
    .option('--store <file>', 'SQLite file that outlives the process', ':memory:')
    .action(serveHeadEndCommand);
}
