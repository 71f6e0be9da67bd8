import { withoutSecrets } from '../secrets.ts';
import { arrayIn, isObject, parseJson, textIn } from './shape.ts';

/** What a service said in an error's body. */
export interface ServiceMessage {
  /** One line of plain text, without control characters and secrets, at most 300 characters; absent if nothing was said. */
  readonly message?: string;
  /** Whether a web page came in place of an API's answer. */
  readonly html: boolean;
}

/** Characters of a message that are worth showing. */
const LIMIT = 300;
/** Characters of a body that are looked at, where it is no JSON. */
const READ_LIMIT = 64 * 1024;

/**
 * The message in an error's body, in whatever shape this OpenStack service has it. The words of a web page (the
 * usual answer of Apache, Shibboleth, mellon and load balancers) are its title and visible text.
 */
export function messageOf(contentType: string | undefined, text: string): ServiceMessage {
  const json = parseJson(text);
  if (json !== undefined) return withMessage(messageIn(json), false);
  const html = /\bhtml\b/i.test(contentType ?? '') || /^\s*(<\?xml[^>]*>\s*)?<(!doctype\s+html|html)\b/i.test(text);
  const page = text.slice(0, READ_LIMIT);
  return withMessage(html || /^\s*</.test(text) ? wordsOfPage(page) : page, html);
}

function withMessage(text: string | undefined, html: boolean): ServiceMessage {
  const message = oneLine(hidden((text ?? '').slice(0, READ_LIMIT)));
  return message === '' ? { html } : { message, html };
}

/** Without secrets, and whatever else looks like one: a long run that is no hexadecimal id. */
function hidden(text: string): string {
  return withoutSecrets(text).replace(/[\w+=-]{48,}/g, (run) => (/^[0-9a-f-]+$/i.test(run) ? run : '…'));
}

/** Fields that hold the words, the most telling first. */
const WORDS = [
  'message',
  'faultstring',
  'detail',
  'description',
  'error',
  'error_message',
  'explanation',
  'reason',
  'title',
];

/**
 * | who | shape |
 * |---|---|
 * | Nova, Cinder, Manila | `{"itemNotFound": {"code", "message"}}` |
 * | Neutron | `{"NeutronError": {"type", "message", "detail"}}` or `{"NeutronError": "…"}` |
 * | Keystone, Heat, every 401 of keystonemiddleware | `{"error": {"code", "message", "title"}}` |
 * | Glance, Designate, and what was answered before an API was reached | `{"message", "code", "title"}` |
 * | Placement, Magnum | `{"errors": [{"status", "title", "detail"}]}` |
 * | Octavia, Ironic | `{"faultcode", "faultstring"}`, at Ironic as text within `error_message` |
 * | Barbican | `{"code", "title", "description"}` |
 */
function messageIn(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'string') return depth === 0 ? value : withoutMarkup(value);
  if (!isObject(value) || depth > 3) return undefined;
  const [first] = arrayIn(value, 'errors');
  if (first !== undefined) return messageIn(first, depth + 1);
  for (const key of WORDS) {
    const found = textIn(value, key);
    const within = found === undefined ? value[key] : (asObject(found) ?? found);
    const message = within === undefined ? undefined : messageIn(within, depth + 1);
    if (message !== undefined) return message;
  }
  // One key around it all, whose name says the kind of error.
  const [only, another] = Object.values(value);
  return another === undefined && (isObject(only) || typeof only === 'string') ? messageIn(only, depth + 1) : undefined;
}

function asObject(text: string): unknown {
  const json = text.startsWith('{') ? parseJson(text) : undefined;
  return isObject(json) ? json : undefined;
}

/** Glance and webob put `<br />` into the message of a JSON body. */
function withoutMarkup(text: string): string {
  return /<\/?[a-z][^<>]*>/i.test(text) ? wordsOf(text.slice(0, READ_LIMIT)) : text;
}

/** What Shibboleth's page says on every error alike, in front of what went wrong. */
const BOILERPLATE =
  /The system encountered an error at [^.]{0,40}? \d{4}\b|To report this problem, please contact the site administrator at \S+ ?\.?|Please include the following message in any email:/g;

function wordsOfPage(page: string): string {
  const title = oneLine(wordsOf(/<title\b[^<>]*>([^<]*)/i.exec(page)?.[1] ?? ''));
  const body = ['title', 'style', 'script'].reduce(withoutElement, page);
  const words = oneLine(oneLine(wordsOf(body), READ_LIMIT).replace(BOILERPLATE, ' '), READ_LIMIT);
  if (title === '' || words.startsWith(title)) return words;
  // Apache's heading is its title without the number.
  const heading = title.replace(/^\d{3} /, '');
  return `${title}: ${words.startsWith(heading) ? words.slice(heading.length) : words}`;
}

function withoutElement(page: string, name: string): string {
  return withoutSections(page, new RegExp(`<${name}\\b`, 'gi'), new RegExp(`</${name}\\s*>`, 'gi'));
}

/** Without what is between these; a section that never ends takes the rest with it. In one pass, whatever comes. */
function withoutSections(page: string, start: RegExp, end: RegExp): string {
  let kept = '';
  let at = 0;
  for (;;) {
    start.lastIndex = at;
    const from = start.exec(page);
    if (from === null) return kept + page.slice(at);
    kept += `${page.slice(at, from.index)} `;
    end.lastIndex = from.index;
    if (end.exec(page) === null) return kept;
    at = end.lastIndex;
  }
}

function wordsOf(markup: string): string {
  return entities(withoutSections(markup, /<!--/g, /-->/g).replace(/<[^<>]*>/g, ' '));
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function entities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,4}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
  });
}

/** White space made single spaces; control characters, invisible ones and those that turn the direction dropped. */
function oneLine(text: string, limit = LIMIT): string {
  const spaced = text.replace(/[\s\p{Cc}]+/gu, ' ');
  // Not for every message: it takes V8 a millisecond to look up which characters these are.
  const shown = /[^ -~]/.test(spaced) ? spaced.replace(/[\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, '') : spaced;
  const line = shown.trim();
  if (line.length <= limit) return line;
  const cut = Array.from(line.slice(0, limit + 1))
    .slice(0, -1)
    .join('');
  return `${cut.slice(0, limit).trimEnd()}…`;
}
