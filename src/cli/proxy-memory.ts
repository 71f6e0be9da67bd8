import { UsageError } from '../errors.ts';
import { memoryOnly, openSharedMemory, type SharedMemory } from '../store/shared/open.ts';
import type { Environment } from './terminal.ts';

/** Entries that a proxy keeps for all its users, measured: 180 bytes a location, 6 kB a token, 240 MB when full. */
const LOCATIONS = 1_000_000;
const TOKENS = 10_000;

/**
 * The proxy's memory, as `--memory` and `--memory-key-file` say: shared, or its own.
 * @throws UsageError, ConfigError
 */
export async function openMemory(
  options: Readonly<Record<string, unknown>>,
  env: Environment,
  warn: (message: string) => void,
): Promise<SharedMemory> {
  const clock = { now: () => Date.now() };
  const { memory, memoryKeyFile } = options;
  if (typeof memory !== 'string') {
    if (memoryKeyFile !== undefined) throw new UsageError('--memory-key-file is for --memory.');
    return memoryOnly({ clock, locationsLimit: LOCATIONS, tokensLimit: TOKENS });
  }
  const keyText = env.FED_MEMORY_KEY;
  if (typeof memoryKeyFile !== 'string' && !keyText) {
    throw new UsageError('What is shared must be sealed: --memory needs --memory-key-file.', {
      hint: 'Make a key: openssl rand -base64 32 > key && chmod 600 key',
    });
  }
  return await openSharedMemory({
    url: memory,
    ...(typeof memoryKeyFile === 'string' ? { keyFile: memoryKeyFile } : { keyText }),
    warn,
    clock,
  });
}
