import { dns } from '../dns/service.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Reply } from '../http/reply.ts';
import { keyManager } from '../key-manager/service.ts';
import { loadBalancer } from '../load-balancer/service.ts';
import { metric } from '../metric/service.ts';
import type { Cloud } from '../model.ts';
import { objectStore } from '../object-store/service.ts';
import { orchestration } from '../orchestration/service.ts';
import { sharedFileSystem } from '../shared-file-system/service.ts';
import type { FurtherService } from './types.ts';

export type ServiceHandler = (cloud: Cloud, exchange: Exchange, path: string) => Reply | Promise<Reply>;

/** Who answers; the paths begin with the type. */
export const furtherHandlers: Readonly<Record<FurtherService, ServiceHandler>> = {
  dns,
  'key-manager': keyManager,
  'load-balancer': loadBalancer,
  metric,
  'object-store': objectStore,
  orchestration,
  'shared-file-system': sharedFileSystem,
};
