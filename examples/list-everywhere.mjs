/**
 * All servers and volumes of all clouds, with the project that each is in.
 *
 * usage: node examples/list-everywhere.mjs     with OS_* variables, or OS_CLOUD for an entry of clouds.yaml
 */
import { Federation, PartialError } from 'openstack-fed';

const federation = await Federation.open({ onWarning: (text) => console.error(text) });
try {
  for (const type of ['server', 'volume']) {
    for await (const { item, provider, project } of federation.list(type)) {
      console.log(`${type} ${item.id} ${item.name} ${provider}/${project.name}`);
    }
  }
} catch (error) {
  if (!(error instanceof PartialError)) throw error;
  for (const { provider, reason } of error.unsaid) console.error(`missing: ${provider}: ${reason}`);
  process.exitCode = 1;
} finally {
  await federation.close();
}
