/**
 * Imports go one way. docs/project-layout.md draws the rooms; test/rooms.test.ts proves that a planted
 * wrong import is found.
 */
const room = (name, allowed) => ({
  name: `${name}-imports`,
  comment: `src/${name} may import only: itself, ${allowed.join(', ') || 'nothing else'}.`,
  severity: 'error',
  from: { path: `^src/${name}(/|\\.ts$)` },
  to: {
    path: '^src/',
    pathNot: `^src/(${[name, ...allowed].join('|')})(/|\\.ts$)`,
  },
});

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: { path: '^src' }, to: { circular: true } },
    room('secrets', []),
    room('errors', ['secrets']),
    room('ports', ['errors', 'secrets']),
    room('services', []),
    room('keystone', ['errors', 'ports', 'secrets', 'services']),
    room('remembering', []),
    room('federation', ['errors', 'ports', 'remembering', 'services', 'keystone']),
    room('http', ['errors', 'ports', 'remembering', 'secrets']),
    room('lru', []),
    room('own-folder', []),
    room('store', ['errors', 'ports', 'lru', 'own-folder']),
    room('config', ['errors', 'ports', 'own-folder']),
    room('sandbox', ['services']),
    room('launch', ['config', 'own-folder', 'version']),
    room('passwords', ['ports', 'missing-password']),
    room('missing-password', ['errors', 'ports']),
    room('token-stores', ['ports', 'store', 'config']),
    room('compose', [
      'errors',
      'ports',
      'services',
      'keystone',
      'federation',
      'http',
      'store',
      'config',
      'passwords',
      'token-stores',
      'sandbox',
      'version',
    ]),
    // Types of what a program sees: tokens' projects, requests, places. What it says is brought into configuration's form.
    room('library', ['errors', 'ports', 'services', 'keystone', 'federation', 'http', 'store', 'config', 'compose']),
    room('index', ['errors', 'ports', 'keystone', 'http', 'library']),
    // The proxy is told of requests to clouds, for its metrics; describing tokens and catalogs is Keystone's.
    room('proxy', ['errors', 'ports', 'lru', 'remembering', 'services', 'keystone', 'federation', 'http', 'compose']),
    // The command line shows what config/ has as data, the requests that http/ reports, and how much store/ holds; and
    // it starts the sandbox.
    room('cli', [
      'errors',
      'ports',
      'services',
      'federation',
      'config',
      'http',
      'store',
      'sandbox',
      'compose',
      'passwords',
      'proxy',
      'secrets',
      'version',
    ]),
    {
      name: 'engine-without-node',
      comment: 'The engine and the protocol know no HTTP client, no disk and no terminal.',
      severity: 'error',
      from: { path: '^src/(federation|keystone|services)/' },
      to: { dependencyTypes: ['core', 'npm'] },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.mjs'] },
  },
};
