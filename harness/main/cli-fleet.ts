import { type Command, Option } from 'commander';
import { CARRIERS } from '../../rigs/fleet/carrier-models.ts';
import { LANGUAGES, USUAL_LANGUAGE } from '../../devices/domain/language.ts';
import type { FleetDescription } from '../../rigs/port/fleet.ts';
import { count, meterIndex, port, seed, SECURITY_MODES, securityModes } from './arguments.ts';
import { type FleetFlags, fleetCommand } from './fleet-command.ts';
import { KEY_FORMATS, type KeysFlags, keysCommand } from './keys-command.ts';
import { withSerialStandard } from './cli-serial.ts';
import { proxyCommand } from './proxy-command.ts';
import { serveBenchCommand } from './serve-bench-command.ts';
import { serveHeadEndCommand } from './serve-head-end-command.ts';
import { serveMeterCommand } from './serve-meter-command.ts';
import { serveSinkCommand } from './serve-sink-command.ts';

const COMMISSIONED = ['fresh', 'placed', 'provisioned', 'in-service'] as const;

function carrierOption(): Option {
  return new Option('--carrier <name>', 'network in between')
    .choices(CARRIERS.map(({ name }) => name))
    .default('ideal');
}

function commissionedOption(description: string, usual: FleetDescription['commissioned']): Option {
  return new Option('--commissioned <how>', description).choices(COMMISSIONED).default(usual);
}

function protocolOption(description: string): Option {
  return new Option('--protocol <name>', description).choices(LANGUAGES).default(USUAL_LANGUAGE);
}

/** The commands by which meters, head-ends and sinks stand alone, without a scenario. */
export function addFleetCommands(program: Command): void {
  addServe(program);
  addProxy(program);
  program
    .command('fleet')
    .description('a fleet without a scenario: meters in threads over UDP against a target')
    .requiredOption('--meters <n>', 'how many meters', count)
    .requiredOption('--target <host:port>', 'the head-end or sink; loopback only')
    .option('--configuration <host:port>', 'the configuration server (default: the target)')
    .option('--profile <name>', 'meter type: a file or a short name', 'centron-gprs')
    .addOption(carrierOption())
    .addOption(protocolOption('what meters and servers speak'))
    .addOption(commissionedOption('how far the meters were brought before', 'provisioned'))
    .option('--for <duration>', 'how long', '60 s')
    .addOption(
      new Option(
        '--link <name>',
        'a datagram a message, or one connection a thread for all of them',
      )
        .choices(['udp', 'trunk'])
        .default('udp'),
    )
    .option('--heartbeat <duration>', "the module's heartbeat (default: the profile's)")
    .option('--outage <share>', 'cut the mains of a share in the middle third of the time')
    .option('--over <duration>', 'one after the other, over so long (default: all at once)')
    .option('--shards <n>', 'worker threads', count, 2)
    .option('--seed <n>', 'seed of everything that varies', seed, 1)
    .option('--capture <file>', 'write a pcapng')
    .option('--tls <folder>', 'MQTT: ca.pem, and <client>.pem with <client>.key; TLS to the broker')
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
    .option('--first <index>', 'index of the first one, from 0 on', meterIndex, 0)
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

function addProxy(program: Command): void {
  program
    .command('proxy')
    .description('a UDP way that loses, doubles, reorders and spoils datagrams, in both directions')
    .requiredOption('--listen <host:port>', 'where it is reached; port 0 is any that is free')
    .requiredOption('--to <host:port>', 'where everything goes; loopback only')
    .option('--drop <n>', 'lose one in so many', count, 0)
    .option('--duplicate <n>', 'send one in so many twice', count, 0)
    .option('--reorder <n>', 'hold one in so many back until its meter’s next', count, 0)
    .option('--spoil <n>', 'change a byte in one in so many', count, 0)
    .option('--seed <n>', 'seed of the places where it strikes', seed, 1)
    .addHelpText(
      'after',
      `
Each client has a socket and faults of its own: among n of its datagrams exactly one is struck. Without
a number there is no such fault. At the end the counts of both directions are printed as JSON.

Example:
  meterbench serve sink --port 1153 &
  meterbench proxy --listen 127.0.0.1:1163 --to 127.0.0.1:1153 --drop 20 &
  meterbench fleet --meters 200 --target 127.0.0.1:1163 --for "30 s"`,
    )
    .action(proxyCommand);
}

function addServe(program: Command): void {
  const serve = program
    .command('serve')
    .description('serve a simulated thing to the outside; prints one JSON line when it is ready');
  addServeMeter(serve);
  serve
    .command('sink')
    .description('open and count every message of the test fleet; counts are printed at the end')
    .option('--host <address>', 'address to listen on; loopback only', '127.0.0.1')
    .option('--port <n>', 'UDP and TCP port; 0 is any that is free', port, 1153)
    .option('--slow <us>', 'make each message take so many microseconds more', count, 0)
    .option('--json', 'print the counts as JSON', false)
    .action(serveSinkCommand);
  serve
    .command('bench')
    .description('the twins of a rig file as a process of their own, over real ports, in wall time')
    .requiredOption('--twin <file>', 'twin file or rig file, or the short name of one')
    .requiredOption('--log <file>', 'what the twins saw, written by them alone; a new file')
    .option('--write-rig <file>', 'rig file by which a runner reaches them')
    .addHelpText(
      'after',
      `
Example:
  meterbench serve bench --twin desk --log twin.ndjson --write-rig bench.rig.yaml &
  meterbench rig check bench.rig.yaml
  meterbench run accuracy/load-points --rig bench.rig.yaml`,
    )
    .action(serveBenchCommand);
  serve
    .command('head-end')
    .description('the reference head-end: meters over UDP, REST and events northbound')
    .option('--host <address>', 'address to listen on; loopback only', '127.0.0.1')
    .option('--port <n>', 'UDP port of the head-end; 0 is any that is free', port, 1153)
    .option('--configuration-port <n>', 'UDP port of the configuration server', port, 0)
    .option('--northbound-port <n>', 'TCP port of REST and events', port, 0)
    .option('--meters <n>', 'meters of the test fleet that it knows', count, 100)
    .addOption(commissionedOption('how far they were brought before', 'fresh'))
    .option('--store <file>', 'SQLite file that outlives the process', ':memory:')
    .addOption(protocolOption('what it speaks with meters'))
    .option('--broker <host:port>', 'MQTT: the broker (default: one of its own at --port)')
    .option('--tls <folder>', 'MQTT: ca.pem, and <client>.pem with <client>.key; TLS to the broker')
    .action(serveHeadEndCommand);
}

function addServeMeter(serve: Command): void {
  withSerialStandard(serve.command('meter'))
    .description('one simulated meter, by every face that is asked for: all show the same meter')
    .option('--profile <name>', 'meter type: a file or a short name', 'centron-gprs')
    .option('--seed <n>', 'seed of its clock, drift and error', seed, 1)
    .option(
      '--index <n>',
      'which meter of the test fleet it is: title, key, identity',
      meterIndex,
      0,
    )
    .option('--number <text>', 'serial number on its nameplate (default: by its index)')
    .addOption(commissionedOption('how far it was brought before', 'fresh'))
    .option('--serial <path>', 'C12.18: serial port or pty')
    .option('--c12-22 <host:port>', 'C12.22: where it listens, over TCP and UDP; loopback only')
    .option(
      '--title <uid>',
      'C12.22: its ApTitle, as .1.7 or 1.3.6.1.4.1.9 (default: by its index)',
    )
    .option('--keys <file>', 'C12.22: further keys, CSV with the columns keyId and key')
    .option(
      '--accept <modes>',
      'C12.22: security modes in which it lets itself be asked',
      securityModes,
      SECURITY_MODES,
    )
    .option('--iv-window <n>', 'C12.22: how far below the highest IV a message may be', count, 900)
    .option('--head-end <host:port>', 'C12.22: the head-end or sink that its module reports to')
    .option('--configuration <host:port>', 'C12.22: the configuration server (default: same)')
    .addOption(
      new Option('--transport <name>', 'C12.22: how its module reaches them')
        .choices(['udp', 'tcp'])
        .default('udp'),
    )
    .option(
      '--dlms <host:port>',
      'DLMS: where it listens, the wrapper over TCP and UDP; loopback only',
    )
    .option('--hdlc <host:port|path>', 'DLMS: HDLC over TCP, or on a serial port or pty')
    .option(
      '--dlms-call <host:port>',
      'DLMS: it opens TCP to a head-end, which is the client there',
    )
    .option('--dlms-connections <n>', 'DLMS: connections at one time to each meter', count, 8)
    .option('--meters <n>', 'DLMS: so many meters, each with a place of its own', count, 1)
    .addOption(
      new Option('--each <how>', 'DLMS: what tells many meters apart, from --dlms on')
        .choices(['port', 'address'])
        .default('port'),
    )
    .option('--history <duration>', 'so long it has had power and load (default: 24 h with DLMS)')
    .option('--signed-images', 'DLMS: an image must end in the SHA-256 of what is before', false)
    .option('--deregister', 'C12.22: its module leaves the network when it is stopped', false)
    .addHelpText(
      'after',
      `
The meter is powered when it is ready. Who asks it over C12.22 uses the key of its index (meterbench
keys) or one of --keys; its module speaks to its head-end under the former. A head-end must know as
many meters as the index needs. Where somebody listens at --c12-22 already, that is its head-end.
The password of its tables is twenty zero bytes, or the text in METERBENCH_OPTICAL_PASSWORD; a C12.21
meter authenticates with the key in METERBENCH_C12_21_KEY (16 hexadecimal digits: DES, 32: AES).
Over DLMS it is server 1; clients are 16 (public), 17 (reader, LLS: 12345678 or METERBENCH_DLMS_PASSWORD)
and 1 (management, HLS 5 and ciphering of suite 0 with the keys that meterbench keys --format dlms prints).

Examples:
  socat -d pty,raw,echo=0,link=meter pty,raw,echo=0,link=probe &
  meterbench serve meter --serial ./meter --c12-22 127.0.0.1:1153 &
  meterbench read --serial ./probe --tables 0,1,3,5,52
  meterbench read --c12-22 127.0.0.1:1153 --tables 1,23

  meterbench serve meter --dlms 127.0.0.1:4059 &
  meterbench serve meter --dlms 127.0.0.1:4060 --meters 1000 &

  meterbench serve head-end --port 2153 --configuration-port 2154 &
  meterbench serve meter --head-end 127.0.0.1:2153 --configuration 127.0.0.1:2154`,
    )
    .action(serveMeterCommand);
}
