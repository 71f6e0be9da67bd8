/** The sandbox's people (src/sandbox/data/people.ts), as the model sees them. */
import { HOME, STRANGERS } from './footprint.mjs';

/** Home project, and by provider the projects there; `others`: one at each other provider. */
export const people = {
  alice: { home: 'research', grants: { 'sp-a': ['research-one', 'research-two'], 'sp-b': ['lab'] }, others: true },
  bob: { home: 'teaching', grants: { 'sp-a': ['teaching-a'] } },
  carol: { home: 'teaching', grants: {} },
  dana: { home: 'research', grants: { 'sp-a': ['research-one'], 'sp-b': ['lab'] } },
  erin: { home: 'research', grants: { 'sp-a': ['research-two'] } },
};

/** @param providers the names of those that are asked, in the federation's order */
export function userOfSandbox(name, providers) {
  const { grants, others } = people[name];
  const projects = providers.map((provider) => grants[provider] ?? (others ? [undefined] : []));
  const known = providers.filter((_, at) => projects[at].length > 0);
  return {
    providers: known,
    /** Names; undefined where it is the only one there. */
    projects: projects.filter((each) => each.length > 0),
    scopes: projects.map((each) => each.length).filter((count) => count > 0),
    strangers: providers.length - known.length,
    /** Puts the model's counts into a tally. */
    counter: (tally) => (place, step, count) => {
      if (place === HOME) tally.add('home', step, count);
      else if (place !== STRANGERS) tally.add(known[place], step, count);
      else for (const cloud of providers.filter((each) => !known.includes(each))) tally.add(cloud, step, count);
    },
  };
}
