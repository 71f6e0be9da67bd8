import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { accountOptions } from '../../src/config/account-options.ts';
import { settingTable } from '../../src/config/setting-table.ts';
import { settingVariable } from '../../src/config/settings.ts';

const text = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

describe('docs/configuration.md', () => {
  it.each(accountOptions)('has the key of $flag', ({ key }) => {
    // A table says several keys of a kind as `name`, `_id`.
    const [, stem = '', ending = ''] = /^(.*?)(_(?:id|name|secret))?$/.exec(key) ?? [];
    const row = text.split('\n').find((line) => line.startsWith('| ') && line.includes(`\`${stem}`));
    expect(row ?? (key === 'cloud' ? '`OS_CLOUD`' : undefined)).toContain(ending);
  });

  it.each(settingTable)('has the setting $key with its default and its variable', ({ key, default: value }) => {
    const row = text.split('\n').find((line) => line.startsWith(`| \`${key}\``));
    expect(row).toContain(`\`${settingVariable(key)}\``);
    if (typeof value === 'string') expect(row).toContain(`\`${value}\``);
    if (typeof value === 'number') expect(row).toContain(`| ${value} |`);
  });
});
