import { createInterface } from 'node:readline';
import { WallClock } from '../../../rigs/clock/wall.ts';
import { RigLock } from '../../../rigs/guardian/rig-lock.ts';
import { RigStore } from '../../../rigs/guardian/rig-store.ts';
import { openLine } from '../../../rigs/serial/open-line.ts';

/**
 * One of two that want a rig, as guardians do: the lock first, and a port only with it. At "go" it
 * tries and tells; at "end" it gives back what it has.
 */
const [state = '', port = '', stopBits = '1', run = ''] = process.argv.slice(2);
const store = new RigStore(state);
const clock = new WallClock();
let giveBack: () => Promise<void> = () => Promise.resolve();

for await (const word of createInterface({ input: process.stdin })) {
  if (word === 'go') tell(await attempt());
  else {
    await giveBack();
    giveBack = () => Promise.resolve();
    tell({ won: false });
  }
}

function tell(outcome: object): void {
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}

async function attempt(): Promise<object> {
  let lock: RigLock;
  try {
    lock = RigLock.acquire({
      store,
      rig: 'raced',
      ports: [port],
      run,
      folder: null,
      pid: process.pid,
      processStarted: '',
      nowUtcMs: () => Date.now(),
    });
  } catch (error) {
    return { won: false, why: String(error) };
  }
  const settings = { baudRate: 9600, stopBits: Number(stopBits) as 1 | 2 };
  const channel = await openLine('raced port', port, settings, clock);
  giveBack = async () => {
    await channel.close();
    lock.release();
  };
  return { won: true, fence: lock.fence };
}
