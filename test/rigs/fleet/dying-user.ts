import { CounterStore, IvSource } from '../../../rigs/fleet/counter-store.ts';

/** Uses some IVs and dies before anything of that could be saved, as in a power cut. */
const [file = '', count = '0'] = process.argv.slice(2);
const source = new IvSource(new CounterStore(file));
const used = Array.from({ length: Number(count) }, () => source.next());
process.stdout.write(`${JSON.stringify(used)}\n`, () => process.kill(process.pid, 'SIGKILL'));
