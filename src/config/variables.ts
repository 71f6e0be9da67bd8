import { settingTable } from './setting-table.ts';
import { settingVariable } from './settings.ts';

export interface Variable {
  readonly name: string;
  readonly description: string;
}

/** The variables that fed understands beside those of `accountOptions`. */
export const variables: readonly Variable[] = [
  { name: 'OS_CLIENT_CONFIG_FILE', description: 'a clouds.yaml that goes before the usual ones' },
  { name: 'OS_CLIENT_SECURE_FILE', description: 'a secure.yaml that goes before the usual ones' },
  { name: 'OS_CLOUD_NAME', description: 'what the cloud that OS_* variables form is called: envvars' },
  { name: 'OS_INSECURE', description: 'true: do not verify TLS certificates' },
  { name: 'OS_ENDPOINT_TYPE', description: 'older name of OS_INTERFACE' },
  { name: 'OS_TENANT_NAME', description: 'older name of OS_PROJECT_NAME' },
  { name: 'OS_TENANT_ID', description: 'older name of OS_PROJECT_ID' },
  { name: 'OS_DEFAULT_DOMAIN_NAME', description: 'domain of user and project where none is given' },
  { name: 'OS_DEFAULT_DOMAIN_ID', description: 'the same, by id' },
  { name: 'OS_IDENTITY_API_VERSION', description: '3 is the only one that has federation' },
  {
    name: 'OS_<SERVICE>_ENDPOINT_OVERRIDE',
    description: "a URL to use for a service at home instead of the catalog's",
  },
  { name: 'REQUESTS_CA_BUNDLE', description: 'CAs to trust where OS_CACERT and cacert name none; then CURL_CA_BUNDLE' },
  { name: 'FED_CONFIG_DIR', description: "folder of fed's settings" },
  { name: 'FED_CACHE_DIR', description: 'folder of remembered locations and tokens' },
  { name: 'FED_STATE_DIR', description: 'folder of what else is kept' },
  { name: 'XDG_CONFIG_HOME', description: 'folder of settings of all programs: ~/.config' },
  { name: 'XDG_CONFIG_DIRS', description: "folders of the machine's settings: /etc/xdg" },
  { name: 'XDG_CACHE_HOME', description: 'folder of caches of all programs: ~/.cache' },
  { name: 'XDG_STATE_HOME', description: 'folder of state of all programs: ~/.local/state' },
  { name: 'NO_COLOR', description: 'when not empty: no colours' },
  ...settingTable.map(({ key }) => ({
    name: settingVariable(key),
    description: `the setting ${key}, for one command`,
  })),
];
