/**
 * A volume by its id or name, wherever it is.
 *
 * usage: node examples/show-wherever.mjs ID|NAME
 */
import { Federation, isFedError } from 'openstack-fed';

const federation = await Federation.open();
try {
  const { item, provider, project, how } = await federation.show('volume', process.argv[2] ?? '');
  console.log(`${item.name} is at ${provider}/${project.name} (${how}): ${item.size} GiB, ${item.status}`);
} catch (error) {
  if (!isFedError(error)) throw error;
  console.error(`${error.code}: ${error.message}`, error.hint ?? '');
  process.exitCode = 1;
} finally {
  await federation.close();
}
