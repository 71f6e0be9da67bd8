/** Faults of fed's own machine. Nothing of it is needed: at most a warning says that nothing is remembered. */
export interface MachineRow {
  readonly name: string;
  /** What is done to the folder of the cache, which is a disk of its own, after one use. */
  readonly harm: 'full from the start' | 'full' | 'read-only' | 'damaged';
  /** What is said. */
  readonly warning: RegExp | undefined;
}

export const machineRows: readonly MachineRow[] = [
  { name: 'disk full from the start', harm: 'full from the start', warning: /not remembered/ },
  { name: 'disk full', harm: 'full', warning: undefined },
  { name: 'cache read-only', harm: 'read-only', warning: undefined },
  { name: 'cache damaged', harm: 'damaged', warning: undefined },
];

/** What comes of it, by front end. */
export const onThisMachine: Readonly<Record<string, string>> = {
  list: '0',
  show: '0',
  curl: '0',
  delete: '0',
  create: '0',
  exec: '200',
};

/** The proxy, whose shared memory is gone. */
export const withoutMemory = '200 200 202 202';
