// The document of the attacked provider.
const text = { type: 'string' };
const secret = { type: 'string', format: 'password' };
const object = (properties) => ({ type: 'object', properties, additionalProperties: true });
const content = (type, schema) => ({ content: { [type]: { schema } } });
const parameter = (name, place = 'path', more = {}) => ({ name, in: place, required: place === 'path', schema: text, ...more });
const operation = (operationId, { scheme = 'key', parameters, body, response, ...more } = {}) => ({
  operationId,
  security: [{ [scheme]: [] }],
  ...(parameters && { parameters }),
  ...(body && { requestBody: body }),
  responses: { 200: { description: 'Done.', ...response } },
  ...more,
});

const thing = { type: 'object', required: ['name'], properties: { name: text, size: { type: 'integer' } } };
const session = object({
  status_code: { type: 'integer' },
  request_id: text,
  user_id: text,
  user: object({ user_id: text, name: object({ first_name: text }) }),
  session_token: secret,
});

/** Returns the document, whose access tokens come from `upstream`. `title` may be hostile, and `paths` are added. */
export const document = (
  upstream,
  { title = 'Attacked', servers = [{ url: 'https://test.acme.com', description: 'test' }], paths = {} } = {},
) => ({
  openapi: '3.1.0',
  info: { title, version: '1' },
  servers,
  paths: {
    '/users': { get: operation('listUsers') },
    '/users/{id}': { get: operation('getUser', { parameters: [parameter('id')] }) },
    '/users/me': { get: operation('getMe') },
    '/users/{id}/keys': { get: operation('getKeys', { parameters: [parameter('id')] }) },
    '/contents/{path}': { get: operation('getContent', { parameters: [parameter('path', 'path', { allowReserved: true })] }) },
    '/pages/{page}': { get: operation('getPage', { parameters: [parameter('page', 'path', { 'x-allow-slashes': true })] }) },
    '/files/{name}': { get: operation('getFile', { parameters: [parameter('name')] }) },
    '/things': {
      get: operation('listThings'),
      post: operation('createThing', { body: content('application/json', object({ text })), parameters: [parameter('X-Trace', 'header')] }),
    },
    '/things/{id}': {
      post: operation('changeThing', {
        parameters: [parameter('id'), parameter('q', 'query'), parameter('X-Note', 'header'), parameter('flavor', 'cookie')],
        body: { content: { 'application/json': { schema: thing }, 'application/x-www-form-urlencoded': { schema: thing } } },
        response: { headers: { 'X-Total': { schema: text } } },
      }),
      delete: operation('deleteThing', { parameters: [parameter('id')] }),
    },
    '/login': {
      post: operation('logIn', {
        body: content('application/json', object({ email: text, password: secret })),
        response: content('application/json', session),
      }),
    },
    '/session': {
      post: operation('authenticate', {
        body: content('application/json', object({ session_token: secret, note: text, callback_url: { type: 'string', format: 'uri' } })),
        response: content('application/json', session),
      }),
    },
    '/basic': { get: operation('useBasic', { scheme: 'basic' }) },
    '/cookie': { get: operation('useCookie', { scheme: 'cookie' }) },
    '/machine': { get: operation('useMachine', { scheme: 'machine' }) },
    '/form': { post: operation('sendForm', { body: content('multipart/form-data', { type: 'object', properties: { title: text } }) }) },
    '/text': { post: operation('sendText', { body: content('text/plain', text) }) },
    ...paths,
  },
  components: {
    securitySchemes: {
      key: { type: 'apiKey', in: 'header', name: 'X-Api-Key' },
      basic: { type: 'http', scheme: 'basic' },
      cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
      machine: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: `${upstream}/token`, scopes: {} } } },
    },
  },
});
