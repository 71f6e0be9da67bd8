import { isFedError, type Unsaid, UsageError } from '../../errors.ts';
import { incompleteListing, noSuchService } from '../../federation/outcome.ts';
import { subjectOf } from '../../federation/subject.ts';
import { headerValue, readText } from '../../ports/http.ts';
import { exitCodeOf, exitCodes } from '../exit-codes.ts';
import { reportError } from '../report.ts';
import { type CurlCall, subjectWith } from './call.ts';

/** Options about the one answer that there is otherwise. */
const ONE_ANSWER = ['paginate', 'head', 'include', 'output', 'remoteName', 'writeOut', 'fail', 'failWithBody'];

function longName(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** --all: one JSON line for each scope, as they answer. */
export async function everywhere({ context, session, request }: CurlCall, target: string): Promise<number> {
  const { terminal, options } = context;
  if (request.method !== 'GET')
    throw new UsageError('--all is for GET: nothing else is ever sent to more than one cloud.');
  const useless = ONE_ANSWER.find((name) => options[name] !== undefined);
  if (useless !== undefined) throw new UsageError(`--all and ${longName(useless)} exclude each other.`);
  const unsaid: Unsaid[] = [];
  let answered = 0;
  const subject = subjectWith(await subjectOf(target), request);
  const hooks = { ...session.asking, unsaid: (each: Unsaid) => unsaid.push(each) };
  const asked = { subject, headers: request.headers };
  const lacking = await session.federation.getEverywhere(asked, hooks, async (scope, response) => {
    answered += 1;
    const text = await readText(response.body);
    const { provider, project, region } = scope;
    const line = {
      provider,
      project: project.name,
      project_id: project.id,
      ...(region !== undefined && { region }),
      status: response.status,
      body: bodyOf(response.headers, text),
    };
    await terminal.stdout.write(`${JSON.stringify(line)}\n`);
  });
  session.progress.stop();
  for (const { provider, project, region, reason, cause } of unsaid) {
    const code = isFedError(cause) ? cause.code : undefined;
    await terminal.stdout.write(`${JSON.stringify({ provider, project, region, error: { code, reason } })}\n`);
  }
  if (answered === 0 && unsaid.length === 0 && lacking.length > 0) throw noSuchService(lacking, subject.service.type);
  const failure = incompleteListing(answered, unsaid);
  if (failure === undefined) return exitCodes.done;
  reportError(terminal, failure, context.globals.errorFormat);
  return exitCodeOf(failure);
}

function bodyOf(headers: Parameters<typeof headerValue>[0], text: string): unknown {
  if (!/json/i.test(headerValue(headers, 'content-type') ?? '')) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
