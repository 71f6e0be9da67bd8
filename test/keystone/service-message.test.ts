import { describe, expect, it } from 'vitest';
import { messageOf } from '../../src/keystone/service-message.ts';

const json = (body: unknown) => messageOf('application/json', JSON.stringify(body)).message;

describe("messageOf reads each service's error shape", () => {
  it.each<[service: string, body: unknown, message: string]>([
    [
      'Nova',
      { itemNotFound: { code: 404, message: 'Instance x could not be found.' } },
      'Instance x could not be found.',
    ],
    ['Cinder', { badRequest: { code: 400, message: 'Malformed request url' } }, 'Malformed request url'],
    [
      'Neutron',
      { NeutronError: { type: 'NetworkNotFound', message: 'Network x could not be found.', detail: '' } },
      'Network x could not be found.',
    ],
    ['Neutron, old', { NeutronError: 'Invalid input' }, 'Invalid input'],
    [
      'Keystone',
      { error: { code: 404, message: 'Could not find user: x.', title: 'Not Found' } },
      'Could not find user: x.',
    ],
    [
      'Glance',
      { message: 'No image found with ID x<br /><br />\n\n\n', code: '404 Not Found', title: 'Not Found' },
      'No image found with ID x',
    ],
    [
      'Placement',
      { errors: [{ status: 404, title: 'Not Found', detail: 'The resource could not be found.\n\n No such trait  ' }] },
      'The resource could not be found. No such trait',
    ],
    [
      'Heat',
      {
        code: 404,
        title: 'Not Found',
        explanation: 'The resource could not be found.',
        error: { message: 'The Stack (x) could not be found.', traceback: null, type: 'EntityNotFound' },
      },
      'The Stack (x) could not be found.',
    ],
    [
      'Designate',
      { code: 404, type: 'zone_not_found', message: 'Could not find Zone', request_id: 'req-1' },
      'Could not find Zone',
    ],
    [
      'Octavia',
      { faultcode: 'Client', faultstring: 'Load Balancer x not found.', debuginfo: null },
      'Load Balancer x not found.',
    ],
    [
      'Ironic',
      { error_message: '{"faultcode": "Client", "faultstring": "Node x could not be found.", "debuginfo": null}' },
      'Node x could not be found.',
    ],
    [
      'Barbican',
      { code: 404, title: 'Not Found', description: 'Not Found. Sorry but your secret is in another castle.' },
      'Not Found. Sorry but your secret is in another castle.',
    ],
    ['one that gives a text', 'too late', 'too late'],
  ])('%s', (_service, body, message) => {
    expect(json(body)).toBe(message);
  });

  it('says nothing where nothing was said', () => {
    expect(messageOf('application/json', '{}')).toEqual({ html: false });
    expect(messageOf('application/json', '[]')).toEqual({ html: false });
    expect(messageOf('application/json', 'null')).toEqual({ html: false });
    expect(messageOf('application/json', '{"a":{"b":1},"c":2}')).toEqual({ html: false });
    expect(messageOf(undefined, '')).toEqual({ html: false });
  });

  it('believes the body more than its content type', () => {
    expect(messageOf('text/html', '{"error":{"message":"no"}}')).toEqual({ message: 'no', html: false });
    expect(messageOf('application/json', '<html><body>down</body></html>')).toEqual({ message: 'down', html: true });
  });

  it('gives a plain text as it is', () => {
    expect(messageOf('text/plain', 'upstream connect error\n')).toEqual({
      message: 'upstream connect error',
      html: false,
    });
  });

  it('gives the words of XML, which is no web page', () => {
    const xml = '<?xml version="1.0"?><Error><Code>NoSuchBucket</Code><Message>Not there</Message></Error>';
    expect(messageOf('application/xml', xml)).toEqual({ message: 'NoSuchBucket Not there', html: false });
  });
});

describe('messageOf reads web pages', () => {
  it('says what Shibboleth says, without what stands on each of its pages', () => {
    const page = `<?xml version="1.0" encoding="UTF-8"?>
      <!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "DTD/xhtml1-strict.dtd">
      <html><head><link rel="stylesheet" href="" /><title>opensaml&#58;&#58;SecurityPolicyException</title></head><body>
      <h1>opensaml&#58;&#58;SecurityPolicyException</h1>
      <p>The system encountered an error at Tue Nov 24 03&#58;27&#58;44 2026</p>
      <p>To report this problem, please contact the site administrator at
      <a href="mailto:root@localhost">root@localhost</a>.
      </p>
      <p>Please include the following message in any email:</p>
      <p class="error">opensaml&#58;&#58;SecurityPolicyException at (http&#58;//sp/ECP)</p>
      <p>Rejecting replayed message ID &#40;382b&#41;.</p></body></html>`;
    expect(messageOf('text/html', page)).toEqual({
      message:
        'opensaml::SecurityPolicyException opensaml::SecurityPolicyException at (http://sp/ECP) Rejecting replayed message ID (382b).',
      html: true,
    });
  });

  it("says Apache's title and text, once each", () => {
    const page = `<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">
      <html><head><title>400 Bad Request</title></head><body><h1>Bad Request</h1>
      <p>Your browser sent a request that this server could not understand.<br /></p></body></html>`;
    expect(messageOf('text/html; charset=iso-8859-1', page).message).toBe(
      '400 Bad Request: Your browser sent a request that this server could not understand.',
    );
  });

  it('leaves out scripts, styles and comments, and decodes entities', () => {
    const page =
      '<html><head><style>p {color: red}</style><SCRIPT type="x">if (a < b) {}</SCRIPT></head><body><!-- <p>secret</p> -->a &lt;b&gt; &amp;&nbsp;&#x63; &eacute;</body></html>';
    expect(messageOf('text/html', page).message).toBe('a <b> & c &eacute;');
  });

  it('reads hostile pages in time that grows with their length only', () => {
    for (const piece of ['<', '<!--', '<script>', '<title', '&#1', '<a ']) {
      expect(messageOf('text/html', piece.repeat(1_000_000)).html).toBe(true);
    }
  });
});

describe('messageOf makes text harmless', () => {
  it('drops control characters, invisible ones and those that turn the direction of text', () => {
    expect(json({ message: 'a\u001b[31mb\u0000\u009b2Jc\r\nd\u202egnp\u200b\u{e0041}' })).toBe('a [31mb 2Jc dgnp');
  });

  it('cuts at 300 characters, and not in the middle of one', () => {
    expect(json({ message: 'xyz '.repeat(250) })).toBe(`${'xyz '.repeat(75).trim()}…`);
    const emoji = json({ message: `x${'😀'.repeat(400)}` }) ?? '';
    expect(emoji.length).toBeLessThanOrEqual(301);
    expect(emoji).toBe(`x${'😀'.repeat(149)}…`);
  });
});
