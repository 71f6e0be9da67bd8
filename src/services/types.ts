/** The shape of the registry: what `fed` knows of each OpenStack service and resource type, as data. */

/** Canonical service types, as the service-types authority spells them. */
export type ServiceType = string;

/** An OpenStack service. */
export interface Service {
  /** Canonical type: `compute`, `block-storage`, `image`, `network`, `identity`, `object-store`… */
  readonly type: ServiceType;
  /** Other spellings in catalogs and on the command line, the most preferred first: `volumev3`, `volume`… */
  readonly aliases: readonly string[];
  /**
   * The version segment to add when the catalog's URL carries none: `v2` for Image, `v2.0` for Network.
   * Absent: the catalog's URL is complete.
   */
  readonly version?: string;
  /**
   * Older versions that catalogs still name, and of which nothing here is true. `sibling`: the service has its
   * own version beside the older one, and it is used.
   */
  readonly outdated?: { readonly versions: readonly string[]; readonly sibling?: true };
  /** Whether the project's id follows the version in paths (Block Storage: `/v3/{project_id}/volumes`). */
  readonly projectInPath: boolean;
  /** The service's name in `OpenStack-API-Version`, where it has microversions (`compute`, `volume`, `placement`). */
  readonly microversion?: string;
  /** A header of the service's own for microversions, with the number alone: older than the common one, or the only one. */
  readonly microversionHeader?: string;
  /** Who users are: each cloud's own, which nothing that stands before home passes on to another. */
  readonly isIdentity?: true;
  /** Users are refused (403) whether or not a thing exists, so that a search by id would never end with "not found". */
  readonly hidesExistence?: true;
  readonly listing?: ListingHabits;
  /** How it writes errors, where it is not `{"error": {"code", "title", "message"}}`. */
  readonly errors?: 'fault' | 'NeutronError';
}

/** How a service understands a listing's query, where it is not as most do. */
export interface ListingHabits {
  /** `limit=0` is no limit. */
  readonly zeroIsAll?: true;
  /** `offset` leaves items out at the beginning; elsewhere it is a filter like any other. */
  readonly offset?: true;
  /** `with_count` asks for the number of all items. */
  readonly counts?: true;
  /** `sort=key:direction,…`, beside `sort_key` and `sort_dir`. */
  readonly sort?: true;
  /** `fields=name` chooses the fields of items. */
  readonly fields?: true;
  /** How several ids are asked for at once: in one value, or each in a parameter of its own. */
  readonly severalIds?: 'in';
}

/** How a column's value is to be understood and shown. */
export type ColumnKind =
  /** Shown as it is. */
  | 'text'
  | 'id'
  /** Coloured by meaning when people look. */
  | 'status'
  /** ISO 8601. */
  | 'time'
  /** Bytes. */
  | 'bytes'
  /** A number with a unit that the title names (GiB, MiB). */
  | 'number'
  | 'boolean'
  /** A boolean that is coloured as a status is: true is good, false is not. */
  | 'health'
  /** An array of texts, joined with `, `. */
  | 'list'
  /** An object of key and value, shown as `key='value'` pairs. */
  | 'map'
  /** A server's addresses: `net=10.0.0.1, 10.0.0.2; other=…`. */
  | 'addresses'
  /** A volume's attachments: `Attached to SERVER on DEVICE`. */
  | 'attachments'
  /** A port's fixed_ips: `ip_address='…', subnet_id='…'`. */
  | 'fixed_ips'
  /** An array of objects, each as a `map` on a line of its own. */
  | 'maps'
  /** A subnet's allocation pools: `START-END`, joined with `,`. */
  | 'pools'
  /** Nova's number for a power state: `Running`, `Shutdown`… */
  | 'power_state'
  /** Neutron's `admin_state_up`: `UP` or `DOWN`. */
  | 'admin_state'
  /** Neutron's `router:external`: `External` or `Internal`. */
  | 'router_type'
  /** Any value, as JSON. */
  | 'json';

/** A column of a listing. */
export interface Column {
  /** As `openstack` titles it. */
  readonly title: string;
  /** JSON pointers (RFC 6901) into the item, tried in order; the first that is there gives the value. */
  readonly pointer: string | readonly string[];
  readonly kind: ColumnKind;
  /** For a column that `--long` adds: the title of the column behind which it stands. Absent: at the end. */
  readonly after?: string;
  /** How soon it is left out of a table that is too wide: the highest first. Absent: by its place and kind. */
  readonly rank?: number;
}

/** A field of a body that names another resource. A value that is no text, or an empty one, names nothing. */
export interface Reference {
  /** Where the id is: a JSON pointer into the request body, in which the segment `*` stands for every element of an array. */
  readonly pointer: string;
  /** The registry's name of the type that is named. */
  readonly type: string;
  /**
   * What fields beside the id must say for it to be of this type: `{source_type: 'volume'}` for a block device's
   * `uuid`. Absent: it always is.
   */
  readonly when?: Readonly<Record<string, string>>;
}

/** What says of a 404 that it is about the resource, at services whose 404s do not name its id. */
export type AbsenceSign =
  /** What a JSON body has at a pointer, as the source of a regular expression. */
  | { readonly pointer: string; readonly pattern: string }
  /** A header that only the service itself sends: what stands before it answers without. */
  | { readonly header: string };

/** The resources at one path of a service, for requests that are passed on as they came. */
export interface Collection {
  /** The registry's name of the type that they are of. */
  readonly type?: string;
  /** What they are called where it is not the collection's path: the same resources are at several paths. */
  readonly name?: string;
  /**
   * As `ResourceType.ids`, `uuid` where nothing is said; and `either`: a UUID or a name; `pair`: a name and a UUID, two
   * segments of a path (a stack's); `href`: the last segment of an address in the body (a secret's); `project`: a
   * project's, of which the resource is.
   */
  readonly ids?: 'uuid' | 'chosen' | 'name' | 'integer' | 'either' | 'pair' | 'href' | 'project';
  /** The fields of an item that identify it, the most telling first; `id` and `uuid` where nothing is said. */
  readonly idFields?: readonly string[];
  /** Words that stand where ids stand and are none. */
  readonly words?: readonly string[];
  /** `false`: one item cannot be shown. */
  readonly get?: false;
  /** Whether a PUT of an item's path makes it. */
  readonly created?: 'PUT';
  /** The query with which one item is shown cheaply. */
  readonly showQuery?: string;
  /** The header by which a successful answer is one about an item, where its body does not say so. */
  readonly shownBy?: string;
  /** The lowest microversion at which one item is shown. */
  readonly microversion?: string;
  /** What the body of a POST to the collection can name; types that begin with `/` are collections of the service. */
  readonly references?: readonly Reference[];
  /** What bodies of requests on an item name, by what follows the item in the path; `{…}` is any one segment. */
  readonly below?: Readonly<Record<string, readonly Reference[]>>;
  /**
   * Requests whose place no resource in them decides, by what follows the item in the path: who accepts a transfer does
   * not see it. Empty: a creation.
   */
  readonly undecided?: readonly string[];
  readonly absence?: readonly AbsenceSign[];
}

/** The grammar of a service's paths. It is read only when a request's path has to be understood. */
export interface PathGrammar {
  /**
   * By path below version and project: `/lbaas/pools`; `{…}` is any one segment. What is below an item (a pool's
   * members) belongs to the item's owner, and needs no entry.
   */
  readonly collections: Readonly<Record<string, Collection>>;
  /** What a version is followed by in a path is an account: it says whose the resource is (Object Storage). */
  readonly accounts?: true;
  readonly absence?: readonly AbsenceSign[];
  /** Where the list of versions is as well as at the root. */
  readonly versionsAt?: string;
}

/** A path below an item, or the item's own, whose requests name other resources in their bodies. */
export interface Subresource {
  /** `/servers/{id}/os-volume_attachments`; `{id}` is the item's. */
  readonly path: string;
  readonly references: readonly Reference[];
}

/** How a service sorts a type's listing where it is asked to. */
export interface Sorting {
  /** The key that is meant where only a direction is given. */
  readonly key: string;
  /** The direction that is meant where only a key is given. */
  readonly direction: 'asc' | 'desc';
  /** JSON pointers to the values of sort keys that are not named as the item's field is. */
  readonly pointers: Readonly<Record<string, string>>;
}

/** A filter by status that a service has. */
export interface StatusFilter {
  /** How the service writes statuses. Whether it takes them in the other case is its database's affair. */
  readonly letters: 'upper' | 'lower';
  /** Statuses that are shown in the place of others, which the filter does not find under these names. */
  readonly standIns?: readonly string[];
}

export interface ResourceType {
  /** The registry's name, unique: `server`, `volume`, `security-group`. */
  readonly name: string;
  readonly plural: string;
  /** Other names on the command line, words joined by `-`: `volume-snapshot`, `floatingip`. */
  readonly alsoCalled: readonly string[];
  readonly service: ServiceType;
  readonly paths: {
    /** Below the version (and project): `/volumes`. Also where new ones are POSTed. */
    readonly list: string;
    /** The listing with all fields, where it is another: `/volumes/detail`. */
    readonly detail?: string;
    /** `/volumes/{id}`. */
    readonly item: string;
  };
  /** The key of the array in a listing. */
  readonly listKey: string;
  /** The key around one item; null where the body is the item itself (Image). */
  readonly itemKey: string | null;
  /** The key around each element of a listing (`keypair`: `{"keypairs":[{"keypair":{…}}]}`). */
  readonly elementKey?: string;
  /** The key of a listing's links, where it is not `{listKey}_links`. */
  readonly linksKey?: string;
  /** The field that identifies it: `id`, or `name` for key pairs. */
  readonly idField: 'id' | 'name';
  /** The field by which people name it, where it is not `name`: a floating IP's address. */
  readonly nameField?: string;
  /**
   * `uuid`: made by the server, unique across clouds: the first owner found is the owner.
   * `chosen`: mostly server-made, but a client or an operator can choose it (flavors, images).
   * `name`, `integer`: not unique across clouds.
   */
  readonly ids: 'uuid' | 'chosen' | 'name' | 'integer';
  /**
   * `project`: seen from its own project only. `shared`: can be seen from several projects of a provider (public
   * images, shared networks). `provider`: the same from every project (flavors, volume types). `user`: belongs
   * to the user, the same from every project of a provider (key pairs).
   */
  readonly visibility: 'project' | 'shared' | 'provider' | 'user';
  /** JSON pointer to the id of the project that owns an item, where items carry it. */
  readonly ownerPointer?: string | readonly string[];
  /**
   * Where the next page's address is: `links`: `{linksKey or listKey_links}[rel=next].href`; `next`: a `next` field;
   * `keystone`: `links.next`; `none`: one page.
   */
  readonly paging: 'links' | 'next' | 'keystone' | 'none';
  /**
   * What the service makes of `?name=` (or `?{nameField}=`): only `exact` narrows a search for a name by itself.
   * `none`: it ignores or refuses it.
   */
  readonly nameFilter: 'exact' | 'pattern' | 'none';
  /** What the service makes of `?status=`; `none`: it ignores or refuses it. */
  readonly statusFilter: StatusFilter | 'none';
  /** The fields of an item at `paths.list`, where `paths.detail` gives more. */
  readonly brief?: readonly string[];
  /** Absent: it cannot be sorted. */
  readonly sorting?: Sorting;
  /** Query parameters that every listing needs. */
  readonly listQuery?: Readonly<Record<string, string>>;
  /** The lowest microversion at which the columns' fields exist; sent only when a provider offers it. */
  readonly microversion?: string;
  /** What the body of a POST to `paths.list` can name. */
  readonly references: readonly Reference[];
  /**
   * Requests on an item (its owner decides where they go) that name other resources, which must live in the same
   * place.
   */
  readonly subresources?: readonly Subresource[];
  /** Fields by `openstack`'s names for them, where these are not the API's and no column's title either. */
  readonly fieldNames?: Readonly<Record<string, string>>;
  readonly columns: readonly Column[];
  /** Whether its items are those that scopes are made of, so that those which the user works in are known. */
  readonly isScope?: true;
  /** What `--long` adds. */
  readonly longColumns: readonly Column[];
}
