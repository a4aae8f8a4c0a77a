import type { Command } from 'commander';
import { rigCheckCommand } from './rig-check-command.ts';
import {
  rigClearCommand,
  rigListCommand,
  rigReleaseCommand,
  rigSafeCommand,
  rigStatusCommand,
} from './rig-command.ts';

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The commands about rigs themselves: who holds them, whether they are safe, and what is wrong. */
export function addRigCommands(program: Command): void {
  const rig = program
    .command('rig')
    .description('rigs: who holds them, whether they are safe, what is wrong with them')
    .addHelpText(
      'after',
      `
What is known of rigs stands in one folder for all their users: METERBENCH_STATE, or the user's own.`,
    );
  rig
    .command('list')
    .description('all rigs that were ever held here')
    .option('--json', 'as JSON', false)
    .action((flags: { readonly json: boolean }) => rigListCommand(flags, print));
  rig
    .command('status')
    .description('who holds a rig, since when, and whether it is safe')
    .argument('<rig>', 'name of a rig, or its rig file')
    .option('--json', 'as JSON', false)
    .action((named: string, flags: { readonly json: boolean }) =>
      rigStatusCommand(named, flags, print),
    );
  rig
    .command('safe')
    .description('drive a rig into its safe state by hand, and look whether it is')
    .argument('<rig>', 'rig file or its short name')
    .action(async (named: string) => {
      process.exitCode = await rigSafeCommand(named, print);
    });
  rig
    .command('release')
    .description('ask the run that holds a rig to make it safe and let go')
    .argument('<rig>', 'name of a rig, or its rig file')
    .requiredOption('--from <run>', 'the run that is seen to hold it; another one is left alone')
    .action(async (named: string, flags: { readonly from: string }) => {
      await rigReleaseCommand(named, flags, print);
    });
  rig
    .command('clear')
    .description('lift the quarantine of a rig that a person has looked at')
    .argument('<rig>', 'name of a rig, or its rig file')
    .requiredOption('--by <name>', 'who looked at the bench')
    .requiredOption('--reason <text>', 'why it may be used again')
    .action((named: string, flags: { readonly by: string; readonly reason: string }) =>
      rigClearCommand(named, flags, print),
    );
  addRigCheckCommand(rig);
}

function addRigCheckCommand(rig: Command): void {
  rig
    .command('check')
    .description('tell everything that is wrong with a rig, energising nothing')
    .argument('<rig>', 'rig file or its short name')
    .option('--json', 'as JSON', false)
    .action(async (named: string, flags: { readonly json: boolean }) => {
      process.exitCode = await rigCheckCommand(named, flags, print);
    });
}
