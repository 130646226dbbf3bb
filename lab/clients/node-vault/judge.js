'use strict';
// How a step of node-vault is judged.

const { isDeepStrictEqual, inspect } = require('util');

const shown = (value) => inspect(value, { depth: 6, breakLength: Infinity }).split('\n').slice(0, 3).join(' ');
const passed = (step) => console.log(`ok ${step}`);
const failed = (step, expected, came) => console.log(`FAILED ${step}\n  expected ${expected}\n  came ${came}`);
const leftOut = (step) => console.log(`left out ${step}`);

// holds: the call is answered with something of which the condition is true. Returns it.
async function holds(step, condition, call) {
  let came;
  try {
    came = await call();
    if (condition(came)) passed(step);
    else failed(step, condition.toString(), shown(came));
  } catch (error) {
    failed(step, condition.toString(), shown(error));
  }
  return came;
}

// equals: the call is answered with this.
async function equals(step, value, call) {
  try {
    const came = await call();
    if (isDeepStrictEqual(came, value)) passed(step);
    else failed(step, shown(value), shown(came));
  } catch (error) {
    failed(step, shown(value), shown(error));
  }
}

// done: the call is answered with 204, which is an empty text here.
const done = (step, call) => equals(step, '', call);

// rejects: the call fails with this status, and with the text in the client's own message.
async function rejects(step, status, text, call) {
  try {
    failed(step, `${status} ${text}`, shown(await call()));
  } catch (error) {
    const response = error.response || {};
    // OpenBao itself answers a merge into nothing without a body.
    const hasBody = typeof response.body === 'object' || process.env.SERVER === 'openbao';
    const isIts = error.constructor.name === 'ApiResponseError' && hasBody;
    if (isIts && response.statusCode === status && error.message.includes(text)) passed(step);
    else failed(step, `ApiResponseError ${status} ${text}`, `${error.constructor.name} ${response.statusCode} ${shown(error.message)}`);
    return error;
  }
  return undefined;
}

module.exports = { holds, equals, done, rejects, leftOut, passed, failed };
