import type { Command } from 'commander';
import { rigCheckCommand } from './rig-check-command.ts';

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** The commands about rigs themselves: what is wrong with them. */
export function addRigCommands(program: Command): void {
  const rig = program.command('rig').description('rigs: what is wrong with them');
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
