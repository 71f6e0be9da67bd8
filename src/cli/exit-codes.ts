import { isFedError } from '../errors.ts';

/** The exit codes, as `fed help exit-codes` and the README list them. */
export const exitCodes = {
  done: 0,
  /** The provider answered with an error, or what it said cannot be written. */
  refused: 1,
  /** Wrong usage or configuration. */
  usage: 2,
  /** Home refused the credentials, or there are none to show. */
  homeAuth: 3,
  /** Not found anywhere: every scope answered. */
  notFound: 4,
  /** More than one owner. */
  severalOwners: 5,
  /** Results are printed, but some providers could not be asked. */
  partial: 6,
  /** Nothing found, and some providers could not be asked; or none could. */
  couldNotSay: 7,
  /** `fed curl -f`: the provider answered with 4xx or 5xx, as curl has it. */
  httpError: 22,
  /** A bug of ours. */
  bug: 70,
  interrupted: 130,
  /** The reader of a pipe went away. */
  pipeClosed: 141,
  terminated: 143,
} as const;

/** What each code means, for people. */
export const exitCodeMeanings: ReadonlyArray<readonly [code: number, meaning: string]> = [
  [exitCodes.done, 'done'],
  [exitCodes.refused, 'the provider answered with an error, or the output cannot be written'],
  [exitCodes.usage, 'wrong usage or configuration'],
  [exitCodes.homeAuth, 'home refused the credentials, or the password is missing'],
  [exitCodes.notFound, 'not found anywhere (every scope answered)'],
  [exitCodes.severalOwners, 'more than one owner, or resources of different clouds in one request'],
  [exitCodes.partial, 'partial: results are printed, but some providers could not be asked'],
  [exitCodes.couldNotSay, 'could not say: nothing found and some providers could not be asked, or none could'],
  [exitCodes.httpError, 'fed curl -f: the provider answered with 4xx or 5xx'],
  [exitCodes.bug, 'a bug of fed'],
  [exitCodes.interrupted, 'interrupted (Ctrl-C)'],
  [exitCodes.pipeClosed, 'the reader of the output went away'],
  [exitCodes.terminated, 'terminated'],
];

const codesOfErrors: Readonly<Record<string, number>> = {
  FED_USAGE: exitCodes.usage,
  FED_CONFIG: exitCodes.usage,
  FED_HOME_AUTH: exitCodes.homeAuth,
  FED_PROVIDER_AUTH: exitCodes.couldNotSay,
  FED_CATALOG: exitCodes.couldNotSay,
  FED_RESPONSE: exitCodes.refused,
  FED_OUTPUT: exitCodes.refused,
  FED_TRANSPORT: exitCodes.couldNotSay,
  FED_NOT_FOUND: exitCodes.notFound,
  FED_SEVERAL_OWNERS: exitCodes.severalOwners,
  FED_SPLIT_REFERENCES: exitCodes.severalOwners,
  FED_PARTIAL: exitCodes.partial,
  FED_COULD_NOT_SAY: exitCodes.couldNotSay,
};

/** The exit code that an error ends the command with. */
export function exitCodeOf(error: unknown): number {
  return isFedError(error) ? (codesOfErrors[error.code] ?? exitCodes.bug) : exitCodes.bug;
}
