import { basename } from 'node:path';

/** Words of openstackclient for what fed does not add up over the clouds: home answers. */
const homeOnly: readonly string[] = [
  ...['limits show', 'quota show', 'quota list', 'usage show', 'usage list'],
  ...['container list', 'object list', 'object store account show'],
  ...['availability zone list', 'hypervisor list', 'hypervisor stats show', 'project list', 'user list'],
];

/** What to say of a program whose answer is home's alone, although it looks like that of all clouds. */
export function homeOnlyNotice([program = '', ...args]: readonly string[]): string | undefined {
  if (basename(program) !== 'openstack') return undefined;
  const words = ` ${args.join(' ')} `;
  const found = homeOnly.find((each) => words.includes(` ${each} `));
  if (found === undefined) return undefined;
  return `openstack ${found} shows home alone, not all clouds. For another: fed exec --provider NAME -- openstack ${found}`;
}
