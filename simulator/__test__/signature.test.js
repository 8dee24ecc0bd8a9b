// Compares base strings and signatures with published examples and the special cases of RFC 5849.
'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const { baseString, hmac, parseHeader } = require('../signature');

// Oracle's online help, "Constructing the Signature" (step one, step three) and "The Signature for Web Services and RESTlets".
const HELP_KEY = '60712990bc09623786e7047c226bcb3f86d49dca0b04efc21001dc76d97a81f5';
const STEP_ONE = [
  ['oauth_consumer_key', HELP_KEY],
  ['oauth_nonce', 'bUvpxBX93OWo0FLswq5M'],
  ['oauth_signature_method', 'HMAC-SHA256'],
  ['oauth_timestamp', '1575998103'],
  ['oauth_version', '1.0'],
  ['oauth_callback', 'https://my.example.com/TBA/?callbackRequest'],
];

test('step one has the published signature, with and without a role', () => {
  const url = 'https://1234567.restlets.api.netsuite.com/rest/requesttoken';
  const withRole = baseString(
    'POST',
    url,
    STEP_ONE.concat([
      ['role', '45678'],
      ['realm', '1234567'],
    ]),
  );
  assert.ok(withRole.endsWith('%26oauth_version%3D1.0%26role%3D45678'));
  assert.strictEqual(hmac(withRole, HELP_KEY, ''), '7kgwwmiAylqeMdHjCBnIUUW+drDrGCbZGBkuCt39J90=');
  assert.strictEqual(hmac(baseString('POST', url, STEP_ONE), HELP_KEY, ''), 'KPBoxLKj2sTc+7dmTT9K2dsVnK5r7n5/RopNeuZrn70=');
});

test('step three has the published signature', () => {
  const token = '447d0cba5569a2d616e32a537110bc8c10ebcf42cc1fa34d6f76d08531abc179';
  const oauth = [
    ['oauth_consumer_key', HELP_KEY],
    ['oauth_token', token],
    ['oauth_verifier', '3eff1ae4de6f924014b88e489a41e88da8ed1ba8bd5ad7684a71579d7e97f4ee'],
    ['oauth_nonce', 'wjRgXQPWhYtKl0A7bO8Z'],
    ['oauth_signature_method', 'HMAC-SHA256'],
    ['oauth_timestamp', '1576079512'],
    ['oauth_version', '1.0'],
  ];
  const base = baseString('POST', 'https://1234567.restlets.api.netsuite.com/rest/accesstoken', oauth);
  assert.strictEqual(hmac(base, HELP_KEY, token), 'BBzawyjesZyFrwBjUAJfBsPDDGUY2FRdp3k4NwGDAO0=');
});

test('a RESTlet POST has the published signature', () => {
  const oauth = [
    ['oauth_consumer_key', 'ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4'],
    ['oauth_nonce', 'fjaLirsIcCGVZWzBX0pg'],
    ['oauth_signature_method', 'HMAC-SHA256'],
    ['oauth_timestamp', '1508242306'],
    ['oauth_token', '2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc'],
    ['oauth_version', '1.0'],
  ];
  const base = baseString(
    'POST',
    'https://123456.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=6&deploy=1&customParam=someValue&testParam=someOtherValue',
    oauth,
  );
  const signature = hmac(
    base,
    'd26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5',
    'c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295',
  );
  assert.strictEqual(signature, '+KK4SKNgz4ZiILGLwOMtfYlgcXSy1eis8ldE9X90azQ=');
});

// RFC 5849 section 3.4.1.1: duplicates, empty values, a form body, "+" and escapes.
test('the base string of RFC 5849', () => {
  const oauth = [
    ['realm', 'Example'],
    ['oauth_consumer_key', '9djdj82h48djs9d2'],
    ['oauth_token', 'kkk9d7dh3k39sjv7'],
    ['oauth_signature_method', 'HMAC-SHA1'],
    ['oauth_timestamp', '137131201'],
    ['oauth_nonce', '7d8f3e4a'],
    ['oauth_signature', 'x'],
  ];
  assert.strictEqual(
    baseString('POST', 'http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b', oauth, 'c2&a3=2+q'),
    'POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7',
  );
});

test('ports, paths, order and bytes', () => {
  const of = (url) => baseString('get', url, []);
  assert.strictEqual(of('https://h.example:443'), 'GET&https%3A%2F%2Fh.example%2F&');
  assert.strictEqual(of('https://h.example:80/A%2fb'), 'GET&https%3A%2F%2Fh.example%3A80%2FA%252fb&');
  assert.strictEqual(of('http://h.example/?a1=1&a-b=1&a=1&a=1#f'), 'GET&http%3A%2F%2Fh.example%2F&a%3D1%26a%3D1%26a-b%3D1%26a1%3D1');
  assert.strictEqual(
    of('http://h.example/?x=%c3%a9&y=%ff&z=a=b&w=%'),
    'GET&http%3A%2F%2Fh.example%2F&w%3D%2525%26x%3D%25C3%25A9%26y%3D%25FF%26z%3Da%253Db',
  );
});

test('header parsing', () => {
  assert.deepStrictEqual(parseHeader('OAuth realm="1234567_SB1",a="%2B%20"  ,  b=""'), [
    ['realm', '1234567_SB1'],
    ['a', '+ '],
    ['b', ''],
  ]);
  for (const bad of ['', 'Bearer x', 'OAuth', 'OAuth a=b', 'OAuth a="b" c="d"', 'OAuth a="1", a="1"'])
    assert.strictEqual(parseHeader(bad), null, bad);
});
