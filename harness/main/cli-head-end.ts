import { type Command, Option } from 'commander';
import { count, meterIndex } from './arguments.ts';
import { bridgeCommand } from './bridge-command.ts';
import { headEndCheckCommand, type HeadEndCheckFlags } from './head-end-command.ts';
import { MANIFEST_FORMATS, type ManifestFlags, manifestCommand } from './manifest-command.ts';

/** `bridge`: meters of ours at a head-end with topics and payloads of its own. */
export function addBridgeCommand(program: Command): void {
  program
    .command('bridge')
    .description('pass what meters say over MQTT on to a head-end in its own topics and payloads')
    .argument('<mapping>', 'mapping file (*.mqtt-map.yaml) or its short name')
    .requiredOption('--meters <host:port>', 'broker of the meters')
    .requiredOption('--head-end <host:port>', 'broker of the head-end; may be the same')
    .option('--tls <folder>', 'ca.pem, and <client>.pem with <client>.key; TLS to both brokers')
    .action(bridgeCommand);
}

/** The commands about head-ends that somebody else wrote. */
export function addHeadEndCommands(program: Command, print: (text: string) => void): void {
  const headEnd = program
    .command('head-end')
    .description('a head-end of somebody else, by its head-end file');
  headEnd
    .command('check')
    .description('open every observer of a head-end file and try every call that only reads')
    .argument('<file>', 'head-end file or its short name')
    .option('--for <duration>', 'how long to listen', '0 s')
    .option('--json', 'print what was found as JSON', false)
    .action(async (file: string, flags: HeadEndCheckFlags) => {
      process.exitCode = await headEndCheckCommand(file, flags, print);
    });
  headEnd
    .command('manifest')
    .description('the meters of the test fleet, for a head-end that must know them before')
    .option('--meters <n>', 'how many meters', count, 100)
    .option('--first <index>', 'index of the first one, from 0 on', meterIndex, 0)
    .option('--columns <names>', 'columns and their order, separated by commas; all when left out')
    .addOption(new Option('--format <format>', 'form').choices(MANIFEST_FORMATS).default('csv'))
    .action((flags: ManifestFlags) => {
      print(manifestCommand(flags));
    });
}
