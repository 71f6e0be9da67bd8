/** PyYAML, with which openstackclient and most other programs read YAML: Debian's python3-yaml. */
import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

const PYTHON = '/usr/bin/python3';
const read = 'import json, sys, yaml; json.dump(yaml.safe_load(sys.stdin.buffer.read().decode()), sys.stdout)';

/** What PyYAML understands a text to say. */
export function readWithPyYaml(text: string): unknown {
  const { stdout, stderr, error } = spawnSync(PYTHON, ['-c', read], {
    input: text,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (error !== undefined) throw error;
  // The last line is the reason, the others are where in PyYAML.
  if (stdout === '') throw new Error(stderr.trim().split('\n').slice(-6).join('\n'));
  return JSON.parse(stdout);
}

/** A suite that needs PyYAML. It is skipped, and says so, where there is none; not under CI, where it fails then. */
export function describeWithPyYaml(title: string, suite: () => void): void {
  const isThere = spawnSync(PYTHON, ['-c', 'import yaml']).status === 0;
  if (isThere || process.env.CI === 'true') describe(title, suite);
  else describe.skip(`${title} (skipped: there is no python3-yaml here)`, suite);
}
