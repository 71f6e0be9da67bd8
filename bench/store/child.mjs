/** One process of a benchmark. Says what it cost on stdout: milliseconds of processor time, of all its threads. */
import { contenders } from './contenders.mjs';
import { entryOf, idOf, newEntry } from './entries.mjs';

const [what, contender, directory, count] = process.argv.slice(2);

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${(user + system) / 1000}\n`);
});

const open = what === 'nothing' ? undefined : await contenders[contender]();
if (open !== undefined && what !== 'load') {
  const store = open(directory);
  if (what === 'get') {
    const found = await store.find(idOf(Math.floor(Math.random() * Number(count))));
    if (!Array.isArray(found) || found.length !== 1) throw new Error(`not found: ${JSON.stringify(found)}`);
  }
  if (what === 'put') await store.put(newEntry());
  if (what === 'fill') await store.fill(Array.from({ length: Number(count) }, (_, index) => entryOf(index)));
  await store.close();
}
