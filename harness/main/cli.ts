import { Command, CommanderError, Option } from 'commander';
import { type LanguageName, LANGUAGES, USUAL_LANGUAGE } from '../../devices/domain/language.ts';
import type { Effect } from '../../rigs/port/action.ts';
import { BenchError } from '../../rigs/port/bench.ts';
import { calibrationOverride, count, effects, ids, seed } from './arguments.ts';
import { addFleetCommands } from './cli-fleet.ts';
import { compose, type Settings } from './compose.ts';
import { EXIT, Refusal } from './exit.ts';
import { compareCommand, historyCommand, type HistoryFlags } from './history-command.ts';
import { installLastResort } from './last-resort.ts';
import { LIVE_ADDRESS, type Live, openLive } from './live.ts';
import { listCommand, LISTINGS } from './list-command.ts';
import { judgeCommand, reportCommand, verifyCommand } from './old-run-commands.ts';
import { addReadCommand } from './cli-read.ts';
import { addBridgeCommand, addHeadEndCommands } from './cli-head-end.ts';
import { addRigCommands } from './cli-rig.ts';
import { progressOn } from './progress.ts';
import { runCommand } from './run-command.ts';
import { terminalAt } from './terminal-at.ts';
import { selftestCommand, type SelftestFlags } from './selftest/command.ts';
import { validateCommand } from './validate-command.ts';
import { DamagedRunError } from '../journal/damage.ts';
import { JournalError } from '../journal/writer.ts';
import type { CalibrationOverride } from '../plan/calibration.ts';
import { printPlan } from '../plan/print.ts';
import { PROJECT, projectVersion } from './files.ts';

interface RunFlags {
  readonly rig: string;
  readonly headEnd: string;
  readonly meters: number;
  readonly protocol: LanguageName;
  readonly time?: 'simulated' | 'wall';
  readonly seed: number;
  readonly shards: number;
  readonly wallTime: boolean;
  readonly fleet?: number;
  readonly position?: string;
  readonly case?: string;
  readonly defect?: string;
  readonly require: readonly string[];
  readonly allow: readonly Effect[];
  readonly overrideCalibration?: CalibrationOverride;
  readonly out?: string;
  readonly json: boolean;
  readonly capture?: boolean;
  readonly answers?: string;
  readonly evidence?: string;
  readonly live?: boolean;
  readonly liveOn?: string;
}

const program = new Command('meterbench')
  .description(
    'Asks smart electricity meters on a bench the questions that scenarios hold, and judges the answers.',
  )
  .version(projectVersion())
  .exitOverride()
  .showHelpAfterError('(meterbench <command> --help tells more)')
  .addHelpText(
    'after',
    `
Examples:
  meterbench run acceptance                       every question of the first suite, simulated
  meterbench run clock-sync/boundaries --seed 7   one scenario, another meter
  meterbench run acceptance --defect no-last-gasp see the verdicts turn
  meterbench run clock-sync/boundaries --case '+5 s'   some of its cases
  meterbench plan accuracy/load-points            what a run would do, touching nothing
  meterbench read --serial /dev/ttyUSB0 --tables 0,1,3,5,52

Exit codes: 0 pass, 1 fail, 2 inconclusive, 3 a file is wrong, 4 the rig refused, 5 our own fault,
6 INVALID (generator or observer lagged), 7 the safe state could not be verified, 130 interrupted and safe.`,
  );

/** The options that decide what is run; `run` and `plan` share them. */
function withRunOptions(command: Command): Command {
  return command
    .argument('<target>', 'a scenario or suite: a file, or a short name (see: meterbench list)')
    .option('--rig <file>', 'rig file or its short name', 'simulated')
    .option('--head-end <file>', 'head-end file or "embedded"', 'embedded')
    .option('--meters <n>', 'rows of the meters’ table; the last sits in the socket', count, 1)
    .addOption(
      new Option('--protocol <name>', 'what the module and its head-end speak')
        .choices([...LANGUAGES])
        .default(USUAL_LANGUAGE),
    )
    .addOption(
      new Option('--time <kind>', 'kind of time (default: what the rig says)').choices([
        'simulated',
        'wall',
      ]),
    )
    .option('--seed <n>', 'seed of everything that varies', seed, 1)
    .option('--shards <n>', 'shards of a simulated fleet; never changes a journal', count, 1)
    .option('--fleet <n>', 'ask so many simulated meters where a scenario names no fleet', count)
    .option('--position <id>', 'socket of the rig to ask, or "all" (default: its first)')
    .option('--case <pattern>', 'only cases with this text in their key, or that this glob fits')
    .option('--no-wall-time', 'leave out the cases that ask for wall time')
    .option('--defect <id|file>', 'switch a fault of a simulated meter, head-end or link on')
    .option('--answers <file>', 'answers to what the operator is asked, for unattended runs')
    .option('--evidence <file>', 'what people answer for that no bench decides')
    .option('--allow <effects>', 'effects permitted besides those of the rig file', effects, [])
    .option(
      '--override-calibration <"name: reason">',
      'answers for an overdue calibration, except on a rig for certification',
      calibrationOverride,
    )
    .option('--require <ids>', 'requirements that must be decided, separated by commas', ids, []);
}

withRunOptions(program.command('run'))
  .description('run a scenario or a suite and judge it')
  .option('--out <dir>', 'folder of the run itself (default: runs/<id>)')
  .option('--json', 'print report.json instead of the summary', false)
  .option(
    '--capture',
    'write the datagrams of cases in simulated time into pcapng files too',
    false,
  )
  .option('--live', 'serve a page that follows the run, answers prompts and stops it', false)
  .option('--live-on <address>', 'where the page is; beyond this machine it wants a token')
  .action(async (target: string, flags: RunFlags) => {
    const progress = progressOn(process.stderr);
    const terminal = terminalAt(process.stdin, process.stderr, progress);
    const live = await liveFor(flags);
    try {
      const operator = live === null ? terminal : live.operator(terminal);
      const composition = await compose(target, settingsOf(flags, operator));
      const { out, json, shards, meters } = flags;
      const output = { out, json, shards, meters, progress, live };
      process.exitCode = await runCommand(composition, output);
    } finally {
      await live?.close();
      terminal?.close();
    }
  });

withRunOptions(program.command('plan'))
  .description('print what a run would do: timed actions, effects, duration; touches nothing')
  .option('--json', 'print the plan as JSON', false)
  .action(async (target: string, flags: RunFlags) => {
    const terminal = terminalAt(process.stdin, process.stderr);
    const { plan } = await compose(target, settingsOf(flags, terminal));
    print(flags.json ? JSON.stringify(plan, null, 2) : printPlan(plan));
  });

program
  .command('validate')
  .description(
    'tell every mistake in scenario, suite, rig, twin, profile, limits and answers files',
  )
  .argument('[files...]', 'files or short names (default: everything in scenarios/ and rigs/)')
  .option(
    '--write-schema',
    'write anew what is made from the code: JSON Schemas, docs/verbs.md, tables of docs/',
    false,
  )
  .action((files: readonly string[], flags: { readonly writeSchema: boolean }) => {
    print(validateCommand(files, flags));
  });

program
  .command('judge')
  .description('judge an old run again from its journal alone')
  .argument('<run>', 'folder of a run')
  .option('--json', 'print the report as JSON', false)
  .action((folder: string, flags: { readonly json: boolean }) => {
    process.exitCode = judgeCommand(folder, flags, print);
  });

program
  .command('report')
  .description('write the reports of an old run anew from its journal')
  .argument('<run>', 'folder of a run')
  .action((folder: string) => {
    process.exitCode = reportCommand(folder, print);
  });

program
  .command('verify')
  .description('check that no byte of a run has changed: chain, files named by hash, manifest')
  .argument('<run>', 'folder of a run')
  .action((folder: string) => {
    process.exitCode = verifyCommand(folder, print);
  });

program
  .command('compare')
  .description('lay two runs beside each other: verdicts that changed, measurements that moved')
  .argument('<before>', 'folder of the earlier run')
  .argument('<after>', 'folder of the later run')
  .option('--json', 'as JSON', false)
  .action((before: string, after: string, flags: { readonly json: boolean }) => {
    process.exitCode = compareCommand(before, after, flags, print);
  });

program
  .command('history')
  .description('what became of the runs of a folder: new, fixed, regressed, flaky, and trends')
  .option('--runs <dir>', 'folder of the runs', `${PROJECT}runs`)
  .option('--last <n>', 'how many of the newest answers to a question count', count, 10)
  .option('--measurement <name>', 'the trend of what was measured under this name, with its limits')
  .option('--case <text>', 'only cases with this text in their key')
  .option('--json', 'as JSON', false)
  .action((flags: HistoryFlags) => {
    process.exitCode = historyCommand(flags, print);
  });

program
  .command('selftest')
  .description('prove that the verdicts can turn: every defect, and clean runs with many seeds')
  .argument('[target]', 'scenario or suite', 'quick')
  .option('--seeds <n>', 'clean runs, each with another seed', count, 20)
  .option('--minutes <n>', 'time for all of it: long cases are run with fewer seeds', count, 10)
  .option('--json', 'print the counts as JSON', false)
  .action(async (target: string, flags: SelftestFlags) => {
    process.exitCode = await selftestCommand(target, flags, print);
  });

program
  .command('list')
  .description('list what there is')
  .argument('<what>', LISTINGS.join(', '))
  .option('--json', 'as JSON', false)
  .action((what: string, flags: { readonly json: boolean }) => {
    print(listCommand(what, flags));
  });

addFleetCommands(program);

addHeadEndCommands(program, print);

addBridgeCommand(program);

addReadCommand(program);

addRigCommands(program);

function liveFor({ live = false, liveOn }: RunFlags): Promise<Live | null> {
  if (!live && liveOn === undefined) return Promise.resolve(null);
  return openLive(liveOn ?? LIVE_ADDRESS, process.env);
}

function settingsOf(flags: RunFlags, terminal: Settings['terminal']): Settings {
  return {
    rig: flags.rig,
    headEnd: flags.headEnd,
    protocol: flags.protocol,
    meters: flags.meters,
    time: flags.time,
    seed: flags.seed,
    defect: flags.defect,
    require: flags.require,
    allow: flags.allow,
    overrideCalibration: flags.overrideCalibration,
    shards: flags.shards,
    wallTime: flags.wallTime,
    fleet: flags.fleet,
    position: flags.position,
    chosen: flags.case,
    capture: flags.capture ?? false,
    answers: flags.answers,
    evidence: flags.evidence,
    terminal,
    watch: null,
  };
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

// Node would end with 1, which is what a failed verdict means.
installLastResort((error) => process.exit(exitCodeOf(error)));
try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

/** Tells a person what went wrong; a stack is only for our own faults. */
function exitCodeOf(error: unknown): number {
  // Commander has printed its help or its complaint already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.file;
  if (error instanceof Refusal) {
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
  if (error instanceof BenchError && error.blame !== 'harness') {
    process.stderr.write(`${error.message}\n`);
    return EXIT.rigRefused;
  }
  if (error instanceof DamagedRunError) {
    process.stderr.write(`the run cannot be judged: ${error.message}\n`);
    return EXIT.file;
  }
  if (error instanceof JournalError) {
    process.stderr.write(`${error.message}\n`);
    return EXIT.harness;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.stderr.write(`meterbench failed, which is its own fault:\n${text}\n`);
  return EXIT.harness;
}
