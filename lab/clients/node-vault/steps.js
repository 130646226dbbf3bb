'use strict';
// What node-vault does with a server, and how it fails; `servers.sh` has the settings.

const vault = require('node-vault');
const { holds, equals, done, rejects, leftOut } = require('./judge.js');

const { ADDRESS, TOKEN, PLAIN, POLICY, ROLE_ID, SECRET_ID, USERNAME, PASSWORD } = process.env;
const HISTORY = process.env.HISTORY === 'yes';
const WRONG = 's.wrongwrongwrong';
const CAS = 'check-and-set parameter did not match the current version';
const client = (token = TOKEN, options = {}) => {
  const made = vault({ apiVersion: 'v1', endpoint: ADDRESS, token, ...options });
  made.token = token; // none is none, whatever the environment says
  return made;
};
const root = client();
const create = (terms) => client().tokenCreate(terms); // a client goes on with the token that it has made
const data = (path) => `secret/data/node/${path}`;
const meta = (path) => `secret/metadata/node/${path}`;
const put = async (path, fields, options) => (await root.write(data(path), { data: fields, ...(options && { options }) })).data;
const get = async (path, query = '', of = root) => (await of.read(data(path) + query)).data;

async function server() {
  await holds('health', (it) => it.initialized && !it.sealed && !it.standby && it.server_time_utc > 0, () => root.health());
  await holds('status', (it) => it.sealed === false && it.t === 1, () => root.status());
  await equals('initialized', true, async () => (await root.initialized()).initialized);
  await equals('leader', false, async () => (await root.leader()).ha_enabled);
  await equals('mounts', '2', async () => (await root.mounts()).data['secret/'].options.version);
}

async function tokens() {
  await holds('lookup of itself', (it) => it.data.policies.includes('root') && it.data.type === 'service', () => root.tokenLookupSelf());
  const terms = { policies: ['default'], ttl: '1h', display_name: 'lab', meta: { made: 'here' } };
  const made = await holds('create', (it) => it.auth.renewable && it.auth.lease_duration === 3600, () => create(terms));
  const { client_token: child, accessor } = made.auth;
  await holds('lookup of another', (it) => it.data.meta.made === 'here' && it.data.ttl > 0 && it.data.ttl <= 3600,
    () => root.tokenLookup({ token: child }));
  await equals('lookup by accessor', '', async () => (await root.tokenLookupAccessor({ accessor })).data.id);
  await rejects('lookup of a wrong one', 403, 'bad token', () => root.tokenLookup({ token: WRONG }));
  await rejects('lookup by an accessor that is none', 400, 'invalid accessor', () => root.tokenLookupAccessor({ accessor: 'none' }));
  await equals('renew of another', child, async () => (await client().tokenRenew({ token: child, increment: 7200 })).auth.client_token);
  await equals('renew of itself', child, async () => (await client(child).tokenRenewSelf({ increment: '2h' })).auth.client_token);
  await rejects('a token that may not read', 403, 'permission denied', () => get('app', '', client(child)));
  await done('revoke of another', () => root.tokenRevoke({ token: child }));
  await rejects('revoke: it is not known after', 403, 'permission denied', () => client(child).tokenLookupSelf());
  const next = (await create({ policies: ['default'] })).auth;
  await done('revoke by accessor', () => root.tokenRevokeAccessor({ accessor: next.accessor }));
  await rejects('revoke by accessor: it is not known after', 403, 'permission denied', () => client(next.client_token).tokenLookupSelf());
  const orphan = (await client().tokenCreateOrphan({ policies: ['default'] })).auth;
  await equals('create of an orphan', true, () => orphan.orphan);
  await done('revoke of itself', () => client(orphan.client_token).tokenRevokeSelf());
}

async function values() {
  const fields = { user: 'app', password: 'pass/wörd "1"', list: [1, 2.5, true, null, { a: 'b' }] };
  const missing = await rejects('read: what is not there', 404, 'Status 404', () => get('app'));
  await equals('read: what is not there has no errors', { errors: [] }, () => missing.response.body);
  await holds('write', (it) => it.version === 1 && it.deletion_time === '' && it.destroyed === false, () => put('app', fields));
  await equals('read', fields, async () => (await get('app')).data);
  await equals('write: again', 2, async () => (await put('app', { user: 'two', password: 'two' })).version);
  await equals('write: with a condition', 3, async () => (await put('app', { user: 'three', password: 'three' }, { cas: 2 })).version);
  await rejects('write: with a condition that does not hold', 400, CAS, () => put('app', { user: 'x' }, { cas: 2 }));
  await rejects('write: what is there', 400, CAS, () => put('app', { user: 'x' }, { cas: 0 }));
  await rejects('write: without data', 400, 'no data provided', () => root.write(data('app'), {}));
  await equals('update', 4, async () => (await root.update(data('app'), { data: { password: 'four', more: 'four' } })).data.version);
  await equals('update: the rest is as it was', { user: 'three', password: 'four', more: 'four' }, async () => (await get('app')).data);
  await equals('update: null takes a field away', { user: 'three', password: 'four' }, async () => {
    await root.update(data('app'), { data: { more: null } });
    return (await get('app')).data;
  });
  await rejects('update: what is not there', 404, 'Status 404', () => root.update(data('none'), { data: { a: '1' } }));
  await put('deep/er/one', { a: '1' });
  await equals('list', ['app', 'deep/'], async () => (await root.list('secret/metadata/node')).data.keys);
  await equals('list: with a slash at its end', ['app', 'deep/'], async () => (await root.list('secret/metadata/node/')).data.keys);
  await equals('list, by GET', ['app', 'deep/'],
    async () => (await client(TOKEN, { noCustomHTTPVerbs: true }).list('secret/metadata/node')).data.keys);
  await rejects('list: a folder that is not there', 404, 'Status 404', () => root.list(meta('none')));
  await rejects('read: with a wrong token', 403, 'permission denied', () => get('app', '', client(WRONG)));
  await rejects('read: with no token', 403, 'permission denied', () => get('app', '', client('')));
  if (process.env.SERVER !== 'openbao') {
    await rejects('read: a mount that is not there', 403, 'no handler for route', () => root.read('nowhere/data/a'));
  }
}

async function versions() {
  await rejects('version: one that never was', 404, 'Status 404', () => get('app', '?version=99'));
  await rejects('version: what is no number', 400, 'version', () => get('app', '?version=two'));
  if (HISTORY) {
    await equals('version: an older one', 'two', async () => (await get('app', '?version=2')).data.user);
    await done('delete of versions', () => root.write('secret/delete/node/app', { versions: [2] }));
    await rejects('delete of versions: it is gone', 404, 'Status 404', () => get('app', '?version=2'));
    await done('undelete', () => root.write('secret/undelete/node/app', { versions: [2] }));
    await equals('undelete: it is back', 'two', async () => (await get('app', '?version=2')).data.user);
    await done('destroy', () => root.destroySecretVersions({ mount_point: 'secret', path: 'node/app', versions: [2] }));
    await rejects('destroy: it is gone', 404, 'Status 404', () => get('app', '?version=2'));
  } else {
    await rejects('version: an older one is not kept', 404, 'Status 404', () => get('app', '?version=2'));
    await put('other', { a: '1' });
    await done('destroy', () => root.write('secret/destroy/node/other', { versions: [1] }));
    await rejects('destroy: it is gone', 404, 'Status 404', () => get('other'));
  }
  await done('delete', () => root.delete(data('app')));
  const gone = await rejects('delete: it is gone', 404, 'Status 404', () => get('app'));
  await equals('delete: the error has the number', [null, 5],
    () => [gone.response.body.data.data, gone.response.body.data.metadata.version]);
  await done('metadata: write', () => root.write(meta('notes'), { custom_metadata: { owner: 'lab' }, cas_required: true }));
  await equals('metadata: read', [{ owner: 'lab' }, true, 0], async () => {
    const { data: it } = await root.read(meta('notes'));
    return [it.custom_metadata, it.cas_required, it.current_version];
  });
  await rejects('metadata: the condition is asked for', 400, 'check-and-set parameter required', () => put('notes', { a: '1' }));
  await done('metadata: update', () => root.update(meta('notes'), { custom_metadata: { owner: null, tier: 'gold' } }));
  await equals('metadata: what is updated', { tier: 'gold' }, async () => (await root.read(meta('notes'))).data.custom_metadata);
  await done('metadata: delete', () => root.delete(meta('notes')));
  await rejects('metadata: it is gone', 404, 'Status 404', () => root.read(meta('notes')));
}

async function plain() {
  if (!PLAIN) {
    leftOut('the mount of version 1, which this server has not');
    return;
  }
  const at = `${PLAIN}/node/app`;
  await rejects('version 1: read what is not there', 404, 'Status 404', () => root.read(at));
  await done('version 1: write', () => root.write(at, { user: 'app', n: 1 }));
  await equals('version 1: read', { user: 'app', n: 1 }, async () => (await root.read(at)).data);
  await equals('version 1: list', ['app'], async () => (await root.list(`${PLAIN}/node`)).data.keys);
  await rejects('version 1: update', 405, 'unsupported operation', () => root.update(at, { user: 'x' }));
  await done('version 1: delete', () => root.delete(at));
  await rejects('version 1: it is gone', 404, 'Status 404', () => root.read(at));
  await rejects('version 1: a folder with nothing in it', 404, 'Status 404', () => root.list(`${PLAIN}/node`));
}

// allowed: what the policy allows, and no more.
async function allowed(how, reader) {
  await equals(`${how}: what may be read`, { user: 'db' }, async () => (await get('open/db', '', reader)).data);
  await equals(`${how}: what may be listed`, ['db'], async () => (await reader.list(meta('open'))).data.keys);
  await rejects(`${how}: what may be read, and is not there`, 404, 'Status 404', () => get('open/none', '', reader));
  const forbidden = {
    read: () => get('closed/db', '', reader),
    'read, and is not there': () => get('closed/none', '', reader),
    written: () => reader.write(data('open/db'), { data: { user: 'x' } }),
    updated: () => reader.update(data('open/db'), { data: { user: 'x' } }),
    deleted: () => reader.delete(data('open/db')),
    listed: () => reader.list('secret/metadata/node'),
    'asked for': () => reader.mounts(),
  };
  for (const [step, call] of Object.entries(forbidden)) {
    await rejects(`${how}: what may not be ${step}`, 403, 'permission denied', call);
  }
}

async function rights() {
  if (!POLICY) {
    leftOut('what a policy allows, as this server has none of its own');
    return;
  }
  await put('open/db', { user: 'db' });
  await put('closed/db', { user: 'db' });
  const { client_token: token } = (await create({ policies: [POLICY] })).auth;
  await allowed('a policy', client(token));
}

async function logIns() {
  const methods = await root.auths().then((it) => it.data, () => ({}));
  if (methods['approle/'] && POLICY) {
    const user = client('');
    await holds('approle', (it) => it.auth.policies.includes(POLICY), () => user.approleLogin({ role_id: ROLE_ID, secret_id: SECRET_ID }));
    await allowed('approle', user);
    await rejects('approle: a wrong secret id', 400, 'invalid role or secret ID',
      () => client('').approleLogin({ role_id: ROLE_ID, secret_id: 'wrong-wrong-wrong-wrong' }));
  } else {
    leftOut('approle, which is not among the methods of this server');
  }
  if (methods['userpass/'] && POLICY) {
    const user = client('');
    await holds('userpass', (it) => it.auth.policies.includes(POLICY), () => user.userpassLogin({ username: USERNAME, password: PASSWORD }));
    await allowed('userpass', user);
    await rejects('userpass: a wrong password', 400, 'invalid username or password',
      () => client('').userpassLogin({ username: USERNAME, password: 'wrong-wrong' }));
  } else {
    leftOut('userpass, which is not among the methods of this server');
  }
}

(async () => {
  for (const part of [server, tokens, values, versions, plain, rights, logIns]) {
    await part();
  }
})().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
