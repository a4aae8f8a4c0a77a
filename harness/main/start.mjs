/**
 * Starts meterbench with the project's own Node, after installing what is missing.
 *
 *   node harness/main/start.mjs <arguments of meterbench>
 *   node harness/main/start.mjs --check              every check of the project
 *   node harness/main/start.mjs --bench              the measurements of test/perf
 *   node harness/main/start.mjs --tool <name> ...    a tool of node_modules/.bin
 *
 * Plain JavaScript on node: modules alone, because it runs before anything is installed, on the
 * system's Node (20 or newer). Exit codes: the program's own; 128 + n when signal n ended it; 3 when
 * it could not be started.
 */

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';

/** Type stripping is stable, and silent, from this version on. */
const NEEDED_NODE = { major: 24, minor: 12 };

const EXIT_CANNOT_START = 3;
const LOCK_POLL_MS = 200;
const LOCK_BEAT_MS = 2_000;
/** A lock whose owner has not touched it for so long is stale, whoever has its pid by now. */
const LOCK_STALE_MS = 30_000;
const ORPHAN_POLL_MS = 500;

const isWindows = process.platform === 'win32';
const root = fileURLToPath(new URL('../../', import.meta.url));
const modules = path.join(root, 'node_modules');
const binaries = path.join(modules, '.bin');
const stampFile = path.join(modules, '.meterbench-install');
/** Stands beside node_modules: `npm ci` empties that folder. */
const lockFile = path.join(root, '.install.lock');

const platformPackage = `node-${isWindows ? 'win' : process.platform}-${process.arch}`;
const ownNode = path.join(modules, platformPackage, 'bin', isWindows ? 'node.exe' : 'node');

/** What the user must mend; told without a stack. */
class CannotStart extends Error {}

/** The last signal that asked us to stop, if any. */
let interruptedBy = null;

/** The shell between npm and us does not pass signals on, but it ends: npm's SIGTERM shows as that. */
const shellOfNpm = process.env.npm_lifecycle_event === undefined ? null : process.ppid;

process.exitCode = await main(process.argv.slice(2));

async function main(args) {
  try {
    if (!isInstalled()) await withInstallLock(install);
    if (interruptedBy !== null) return exitCodeOf(interruptedBy);
    const node = findNode();
    return await run({ ...programOf(node, args), env: environmentFor(node) });
  } catch (problem) {
    if (interruptedBy !== null) return exitCodeOf(interruptedBy);
    if (!(problem instanceof CannotStart) && problem.syscall === undefined) throw problem;
    process.stderr.write(`meterbench: ${problem.message}\n`);
    return EXIT_CANNOT_START;
  }
}

function script(name) {
  return path.join(root, ...name.split('/'));
}

function programOf(node, [first, ...rest]) {
  switch (first) {
    case '--check':
      return { command: node, args: [script('harness/main/check.ts'), ...rest], cwd: root };
    case '--bench':
      return { command: node, args: [script('test/perf/bench.ts'), ...rest], cwd: root };
    case '--tool':
      return { command: rest[0] ?? '', args: rest.slice(1), cwd: root, shell: isWindows };
    case undefined:
      return { command: node, args: [script('harness/main/cli.ts')], cwd: callersFolder() };
    default:
      return {
        command: node,
        args: [script('harness/main/cli.ts'), first, ...rest],
        cwd: callersFolder(),
      };
  }
}

/** npm runs scripts in the project's folder; paths on the command line are meant from where it was called. */
function callersFolder() {
  const { npm_lifecycle_event: event, npm_package_json: project, INIT_CWD: called } = process.env;
  const ours = event !== undefined && project === path.join(root, 'package.json');
  return ours && called !== undefined && fs.existsSync(called) ? called : process.cwd();
}

// ------------------------------------------------------------------------------ the installation

/** Changes whenever another set of packages would be installed. */
function wantedStamp() {
  const lock = fs.readFileSync(path.join(root, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex');
  return `${hash} ${process.platform}-${process.arch}\n`;
}

function isInstalled() {
  if (readIfThere(stampFile) !== wantedStamp()) return false;
  // npm leaves an optional package out silently when its download fails.
  return fs.existsSync(ownNode) || !isOwnNodeOffered();
}

function isOwnNodeOffered() {
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  return platformPackage in (manifest.optionalDependencies ?? {});
}

async function install() {
  process.stderr.write('meterbench: installing packages (npm ci); this happens once ...\n');
  const stamp = wantedStamp();
  const code = await run({
    command: 'npm',
    args: [
      'ci',
      '--include=dev',
      '--include=optional',
      '--engine-strict=false',
      '--no-audit',
      '--no-fund',
      '--no-progress',
      '--loglevel=error',
    ],
    cwd: root,
    env: environmentWithoutOwnModules(),
    shell: isWindows,
    // Standard output belongs to the program that starts afterwards.
    stdio: ['ignore', process.stderr.fd, process.stderr.fd],
  });
  if (code !== 0) {
    throw new CannotStart(`npm ci ended with exit code ${code}; what it said stands above.`);
  }
  fs.writeFileSync(stampFile, stamp);
}

/** npm must not run on the Node that it is about to replace. */
function environmentWithoutOwnModules() {
  return environmentWithPath((folders) =>
    folders.filter((folder) => !path.resolve(root, folder).startsWith(modules)),
  );
}

// ------------------------------------------------------- one installation at a time in one checkout

async function withInstallLock(work) {
  let told = false;
  while (!takeLock()) {
    if (!told) process.stderr.write('meterbench: waiting for an installation under way ...\n');
    told = true;
    await delay(LOCK_POLL_MS);
    if (!fs.existsSync(lockFile) && isInstalled()) return;
  }
  const beat = setInterval(touchLock, LOCK_BEAT_MS);
  try {
    if (!isInstalled()) await work();
  } finally {
    clearInterval(beat);
    if (readIfThere(lockFile) === String(process.pid)) fs.rmSync(lockFile, { force: true });
  }
}

function takeLock() {
  try {
    fs.writeFileSync(lockFile, String(process.pid), { flag: 'wx' });
    return true;
  } catch (problem) {
    if (problem.code !== 'EEXIST') throw problem;
    breakStaleLock();
    return false;
  }
}

function touchLock() {
  const now = new Date();
  try {
    fs.utimesSync(lockFile, now, now);
  } catch {
    // Taken away by hand: the installation goes on.
  }
}

function breakStaleLock() {
  const owner = readIfThere(lockFile);
  const age = Date.now() - (fs.statSync(lockFile, { throwIfNoEntry: false })?.mtimeMs ?? Infinity);
  if (owner === null || (isAlive(owner) && age < LOCK_STALE_MS)) return;
  // Of several that find it stale one wins the rename; a fresh lock caught by it is given back.
  const aside = `${lockFile}.${process.pid}`;
  try {
    fs.renameSync(lockFile, aside);
    if (readIfThere(aside) !== owner) fs.linkSync(aside, lockFile);
  } catch (problem) {
    if (problem.code !== 'ENOENT' && problem.code !== 'EEXIST') throw problem;
  } finally {
    fs.rmSync(aside, { force: true });
  }
}

/** An empty lock is one being written; its age decides. */
function isAlive(owner) {
  if (owner === '') return true;
  if (owner === String(process.pid)) return false;
  try {
    process.kill(Number(owner), 0);
    return true;
  } catch (problem) {
    return problem.code === 'EPERM';
  }
}

// ------------------------------------------------------------------------------- the Node to run on

function findNode() {
  for (const candidate of [ownNode, process.execPath]) {
    const version = versionOf(candidate);
    if (version !== null && isNewEnough(version)) return candidate;
  }
  const own = isOwnNodeOffered()
    ? `the one in the package ${platformPackage} does not start here`
    : `npm has none for ${process.platform}-${process.arch}`;
  throw new CannotStart(
    `needs Node ${NEEDED_NODE.major}.${NEEDED_NODE.minor} or newer: ${own}, and the system's Node ` +
      `is ${process.versions.node}. Install Node ${NEEDED_NODE.major} (https://nodejs.org) and start again.`,
  );
}

/** "24.21.0", or null where there is no Node or it does not start (for example another libc). */
function versionOf(node) {
  if (node === process.execPath) return process.versions.node;
  const answer = spawnSync(node, ['--version'], { encoding: 'utf8' });
  return answer.status === 0 ? answer.stdout.trim().replace(/^v/, '') : null;
}

function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > NEEDED_NODE.major || (major === NEEDED_NODE.major && minor >= NEEDED_NODE.minor);
}

/** `node` and the tools come from the project, also for what the program starts itself. */
function environmentFor(node) {
  const first = [path.dirname(node), binaries];
  return environmentWithPath((folders) => [
    ...first,
    ...folders.filter((folder) => !first.includes(folder)),
  ]);
}

function environmentWithPath(change) {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  const folders = (process.env[name] ?? '').split(path.delimiter);
  return { ...process.env, [name]: change(folders).join(path.delimiter) };
}

// ---------------------------------------------------------------------------- a child and its signals

/**
 * Runs a command to its end and gives its exit code. Until then this process does not leave: a
 * prompt that returns while the child still makes a bench safe would lie.
 */
function run({ command, args, cwd, env, shell = false, stdio = 'inherit' }) {
  return new Promise((resolve, reject) => {
    const child = shell
      ? spawn([command, ...args].join(' '), { cwd, env, stdio, shell })
      : spawn(command, args, { cwd, env, stdio });
    const heard = (signal) => {
      interruptedBy = signal;
      if (mustForward(signal)) child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, heard);
    const orphanWatch = setInterval(() => {
      if (shellOfNpm === null || process.ppid === shellOfNpm) return;
      clearInterval(orphanWatch);
      heard('SIGTERM');
    }, ORPHAN_POLL_MS);
    const end = () => {
      clearInterval(orphanWatch);
      for (const signal of signals) process.off(signal, heard);
    };
    child.once('error', (problem) => {
      end();
      reject(new CannotStart(`cannot start ${command}: ${problem.message}`));
    });
    child.once('exit', (code, signal) => {
      end();
      resolve(signal === null ? code : exitCodeOf(signal));
    });
  });
}

/**
 * A terminal sends Ctrl-C to the whole group, so the child has it already; passing it on would make
 * one key press two. Windows knows no signals: its console tells all, and `kill` would be the end.
 */
function mustForward(signal) {
  return !isWindows && !(signal === 'SIGINT' && isatty(0));
}

function exitCodeOf(signal) {
  return 128 + os.constants.signals[signal];
}

function readIfThere(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (problem) {
    if (problem.code === 'ENOENT') return null;
    throw problem;
  }
}
