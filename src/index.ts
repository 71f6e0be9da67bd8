/** `openstack-fed` as a library: many OpenStack clouds as if they were one. */
export {
  type AbsentAnswer,
  CatalogError,
  ConfigError,
  CouldNotSayError,
  FedError,
  HomeAuthError,
  isFedError,
  type K2kStep,
  NotFoundError,
  type Owner,
  PartialError,
  ProviderAuthError,
  ProviderResponseError,
  SeveralOwnersError,
  SplitReferencesError,
  TransportError,
  type TransportReason,
  type Unsaid,
  UsageError,
} from './errors.ts';
export type { EndEvent, ExchangeEvent, RequestEvent, ResponseEvent, RetryEvent } from './http/events.ts';
export type { Project } from './keystone/token.ts';
export type { ForwardAnswer } from './library/answer.ts';
export { Federation } from './library/federation.ts';
export { federate } from './library/interceptor.ts';
export type {
  AccountOptions,
  CallOptions,
  CommonOptions,
  ConfiguredOptions,
  ConnectionOptions,
  ExplicitOptions,
  FederateOptions,
  GatheringOptions,
  ListOptions,
  MemoryStores,
  NarrowingOptions,
  OpenOptions,
} from './library/options.ts';
export type { BodyLike, ForwardOptions, HeadersLike } from './library/request.ts';
export type { Item, ListedResource, LocatedResource, Place, ShownResource } from './library/results.ts';
export { openSharedMemory, type SharedMemory, type SharedMemoryOptions } from './library/shared-memory.ts';
export { type ResourceTypeName, resourceTypeNames } from './library/type-names.ts';
export type { HeaderPairs } from './ports/http.ts';
export type { Claim, Location, LocationEntry, LocationStore, TokenStore } from './ports/memory.ts';
