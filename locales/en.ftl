# English: the language that the others are translated from.

language-name = English

## The frame of every page

shell-language = Language

## The catalog, on several pages

catalog-providers = Providers
catalog-all-providers = All providers
catalog-breadcrumb = Breadcrumb
catalog-breadcrumb-provider = provider <b>{ $id }</b>
catalog-not-available = Not available

## The frame of every page

shell-notice = Notice
shell-skip = Skip to the content
shell-credentials = Credentials stay on the server. The page never holds them.
shell-admin = Admin
shell-sign-out = Sign out
shell-theme = Theme
theme-system = System
theme-light = Light
theme-dark = Dark

## The home page

home-lead = Try any API from a web page, without the page ever holding its keys.
home-fact-credential = The server holds the credential and makes the call.
home-fact-secrets = Secrets of responses are masked, and can still be used.
home-fact-code = Each call is also code for { $count } HTTP clients.
home-recent = Recent
home-recent-empty = Operations that you open appear here.
home-categories = Categories
home-card-unavailable = Not available at the moment: its OpenAPI document could not be loaded.
home-card-version = version { $version }
# "count" is the number of groups that "groups", a list, leaves out.
home-card-groups =
    { $count ->
        [0] { $groups }
        [one] { $groups } and { $count } more group
       *[other] { $groups } and { $count } more groups
    }

## Lists of operations

list-nearest = No exact match. Nearest:
list-operations =
    { $count ->
        [one] { $count } operation
       *[other] { $count } operations
    }
list-deprecated = deprecated
list-previous-page = Previous page
list-next-page = Next page
list-pages = Pages
list-page = Page { $page } of { $last }

## Search

search-title = Search
search-summary = Search operations by name, path, method, title and field.
search-label = Search operations
search-placeholder = create user, /v1/users, phone_number
search-submit = Search
search-results = Search results
search-suggestions = Operations found
search-no-command = No command matches “{ $query }”. Try theme, environment or home.
search-commands =
    { $count ->
        [one] { $count } command
       *[other] { $count } commands
    }
search-no-operation = No operation matches “{ $query }”. Try fewer or other words.
search-best = Best { $listed } of { $total } matches
search-no-recent = No recent operations

## Commands in the search

command-home = Go to the home page
# The user can also type this, or the first word of it, before the title. The title must come last.
command-go-to = Go to { $title }
command-theme =
    { $theme ->
        [system] Theme: system
        [light] Theme: light
       *[dark] Theme: dark
    }
command-environment = Environment: { $name }
# Further words that find a command: in lower case, with spaces between them.
command-open-keywords = open
command-theme-keywords = switch choose mode colors
command-environment-keywords = switch choose server

## Sign in

sign-in-title = Sign in
sign-in-summary = Sign in to use this explorer.
sign-in-lead = Sign in to call APIs with the operator's credentials.
sign-in-organization = Sign in with your organization
sign-in-or = or
sign-in-token = Access token
sign-in-token-hint = Starts with aex_. Ask your administrator for one.
sign-in-submit = Sign in

## A provider whose document could not be loaded

unavailable-summary = Currently not available.
unavailable-lead = This API is not available at the moment: its OpenAPI document could not be loaded.
unavailable-document = Document
unavailable-reason = Reason
unavailable-since = Since
unavailable-next-attempt = Next attempt
unavailable-no-attempt = None. The operator must correct the document and restart the server.
stale-copy-note = This page uses the copy of the document that was fetched on { $fetched }. The current document has been unavailable since { $since }: { $reason }
stale-copy-next-attempt = Next attempt: { $time }.

## Parts of a document that could not be read

unreadable-parts-title = Parts that could not be read
unreadable-parts-note = The document has errors in this operation. Some details may be missing above.

## A page that does not exist or is not available

not-found-title = Not found
not-found-page = This page does not exist.
not-found-category = This category does not exist.
not-found-provider = This provider does not exist.
not-found-group = This group does not exist.
not-found-webhook = This webhook does not exist.
not-found-operation = This operation does not exist.
not-found-home = Back to the home page
not-found-provider-operations = All operations of this provider
error-title = Not shown

## A provider

provider-summary = All operations of { $provider }, each with documentation and a form to try it.
provider-version = version { $version }
provider-document = OpenAPI document
provider-documentation = { $provider } documentation
provider-servers = Servers
provider-servers-note = The example environment needs no server: it returns examples from the document.
provider-authentication = Authentication
provider-token-sources = Ways to obtain a token:
provider-scheme-unsupported = Not supported: { $reason }
provider-no-credential-yet = The document names no credential. Calls are made without one, until you enter one on an operation's page.
provider-no-credential = The document names no credential. Calls are made without one.
provider-credentials-note = Enter credentials on an operation's page. They stay on the server.
provider-faults-note = These parts of the document could not be read, or are not supported.
provider-more-faults = And { $count } more. To list them all, run <code>api-explorer check</code>.
provider-filter = Filter
provider-filter-label = Filter the operations of { $provider }
provider-filter-submit = Filter
provider-filter-none = No operation matches “{ $filter }”.
provider-filtered = Filtered operations
provider-show-all =
    { $count ->
        [one] Show all { $count } operation
       *[other] Show all { $count } operations
    }

## The groups of a provider's operations

groups-summary = { $group } operations of { $provider }.
groups-default-heading = Operations
groups-other-heading = Other
groups-label = Groups
groups-below = Groups of { $group }
groups-all-operations = All { $count } operations of { $group }
groups-documentation = { $provider } documentation for { $group }

## Webhooks and callbacks

webhooks-title = Webhooks
webhooks-note = The provider sends these requests. They cannot be called here.
webhooks-more = And { $count } more in the OpenAPI document.
webhook-kind = webhook
webhook-title = Webhook { $name }
webhook-summary = A webhook of { $provider }.
webhook-note = The provider sends this request. It cannot be called here.
webhook-recipient = <code>{ $name }</code>, to <code>{ $url }</code>
webhook-parameters = Parameters
webhook-responses = Expected responses
callbacks-title = Callbacks
callbacks-note = The provider sends these requests after a call. They cannot be called here.

## Documentation of schemas

schema-types = Types
schema-list = list of { $item }
schema-map = map of { $item }
schema-or-null = or null
schema-optional = optional

## Documentation of responses and bodies

messages-headers = Headers
messages-links = Links
messages-link = <code>{ $name }</code> to <a href="../{ $operation }"><code>{ $operation }</code></a>
messages-link-elsewhere = <code>{ $name }</code> to <code>{ $target }</code>
# The values that a link passes on, after "messages-link" or "messages-link-elsewhere": one of them, with its place in
# the list.
messages-link-value =
    { $index ->
        [0] , with <code>{ $name }</code> from <code>{ $value }</code>
       *[other] , <code>{ $name }</code> from <code>{ $value }</code>
    }
messages-example = Example
description-more = more
description-less = less

## The page of an operation, of its responses, and the result of its form

operation-page-summary = { $method } { $path }: documentation, and a form to try it.
responses-page-title = Responses
responses-page-summary = The responses of { $operation }, field by field.
# After the message of an error.
post-return-to-input = Use the browser's Back button to return to your input.
post-invalid-fields = Some fields are invalid. Nothing was sent. Correct the marked fields.

## Secrets and bodies of responses

placeholder-uses-title = Use in next call
placeholder-uses-explanation = The server replaces <code>{ $placeholder }</code> with the secret when it sends the call to { $provider }, environment <b>{ $environment }</b>.
placeholder-uses-none = No operation has a field with this name. Copy the placeholder into any field for a secret.
reveal-title = Secret
reveal-value = Value of <code>{ $placeholder }</code>:
reveal-note = The audit log records that you viewed this secret. Use the browser's Back button to return to the response.
body-part-title = Response body

## An operation

operation-breadcrumb-provider = provider <b>{ $provider }</b>
operation-original-title = Original title: <span>{ $title }</span>
operation-vendor-docs = { $provider } docs
operation-deprecated = Deprecated: may be removed.
operation-responses = Responses
operation-responses-of = Responses: { $operation }
operation-response-fields = All response fields

## Links from an operation to others

operation-sidebar = Operations
operation-all-groups = All { $count } groups
operation-all-in-group = All { $count } operations
operation-previous = Previous
operation-next = Next
operation-related = Related operations
operation-neighbors = Neighboring operations

## An operation as Markdown

operation-markdown-lead = `{ $method } { $path }` of { $provider }, operation `{ $operation }`
operation-markdown-environments = Environments
operation-markdown-body = Body: { $media_type }
operation-markdown-call = Call it
operation-markdown-send = Send `POST { $path }` to this server, which adds the credential:
operation-markdown-form = The form is at `{ $path }`.
operation-markdown-default = default `{ $value }`

## Try it

try-it-title = Try it
try-it-response = Response
try-it-input = Input
try-it-views = Show the arguments as
try-it-form-view = Form
try-it-undo = Undo
try-it-reset = Reset
try-it-no-parameters = This operation has no parameters.
try-it-arguments = Arguments as JSON
try-it-body-rules = Rules of the body
try-it-body-format = Body format
try-it-any-media-type = any documented type
redraw-different-page = The server returned a different page. Reload this page.
files-too-large = { $file } is larger than 10 MB. Nothing was sent. Choose a smaller file.
files-unreadable = { $file } can no longer be read. Nothing was sent. Choose it again.

## Card of the gateway

gateway-card-title = Gateway
gateway-card-this-calls = This server makes the call.
gateway-card-another-calls = Another gateway makes the call.
gateway-card-choose = Choose which server makes the call
gateway-card-about = The gateway proxies requests and injects credentials server-side. Configure credentials above, then enter your gateway URL.
gateway-card-others-disabled = Other gateways are disabled. The operator can enable them in EXPLORER_OTHER_GATEWAYS.
gateway-card-this = This server
gateway-card-another = Another gateway
gateway-card-url = Gateway URL
gateway-card-invalid-url = Must be a URL, such as https://explorer.example.com.
gateway-card-saved = Saved automatically to browser storage.
gateway-card-requires-script = Another gateway requires JavaScript, because the browser calls it. Without JavaScript, this server makes the call.

## Code snippet

snippet-panel-title = Code snippet
snippet-panel-note = Updates live as you fill in the form above.
snippet-panel-client = Language or client
snippet-panel-common-clients = Common clients
snippet-panel-show = Show code
snippet-panel-wrap = Wrap lines
snippet-panel-save = Save as file
snippet-panel-run = Run it
snippet-panel-commands = Commands
snippet-panel-secret-source = Read secrets from

## Buttons that copy

copy-button = Copy
copy-link = Copy link
copy-markdown = Copy as Markdown
copy-path = Copy path
copy-value = Copy value
copy-done = Copied
copy-failed = Copy failed
copy-not-available = Not available

## Results of saving and clearing a credential

credential-news-saved = Saved for this session.
credential-news-cleared = Cleared.

## Status and response of a call

call-status-sending = Sending…
call-status-refused = Not sent. Correct the marked fields.
call-status-cancelled = Cancelled. The provider may still have received the call.
call-status-cancelled-stream = Cancelled. The connection to the provider was closed.
changes-since-last = Changes since the last response ({ $count })
receiving-stream = Receiving the stream…
load-part-failed = This part could not be loaded. Send the request again.

## Requests of the browser that fail

remote-no-response = This server did not respond. Check that it is running and that you are online, then send again.
remote-request-too-large = The request is larger than this server accepts.
remote-gateway-no-response = The gateway at { $url } did not respond to this page. Check its URL, that it is running, and that it allows this explorer (its setting EXPLORER_ALLOWED_ORIGINS).
remote-not-a-gateway = The server at { $url } is not a gateway: its response has a different format.

## Search and filter in the browser

suggestions-unavailable = Search is unavailable. Check that the server is running and that you are online, then type again.
list-filter-found = { $count } of { $total } operations
list-filter-nothing-found = No operation matches. Press Enter to also search fields and allow typing errors.

## The request bar of an operation

request-bar-send = Send
request-bar-send-keys = Ctrl+Enter
request-bar-cancel = Cancel
request-bar-waiting = Waiting for the response
request-bar-environment = Environment
request-bar-examples = Examples
request-bar-server-variables = Server variables
request-bar-unaccepted-change = The operator's credential is not used for this operation: the document has changed ({ $reason }), and no administrator has accepted the change.
request-bar-denied = { $reason } Ask the operator of this server for access, or save your own credential.
request-bar-unlock = Unlock { $environments } for { $duration }
request-bar-unlock-hint = This environment holds real data. It is read-only until you unlock it.
request-bar-confirm = Confirm
request-bar-confirm-by-parameter = This deletes permanently. Retype <code>{ $name }</code> to confirm.
request-bar-confirm-by-operation = This deletes permanently. Type <code>{ $name }</code> to confirm.

## The Authentication card of an operation

authentication-card-title = Authentication
authentication-card-none-named = The document names no credential.
authentication-card-none-needed = This operation needs no credential.
authentication-card-optional = A credential is optional for this operation.
authentication-card-configure = Configure credentials for { $provider }
authentication-card-save = Save credentials
authentication-card-clear = Clear
authentication-card-alternatives = One of these
authentication-card-all-required = All of these are required.
authentication-card-unusable = Cannot be used here: { $reason }.
authentication-card-repeated = { $scheme }: the same as above.
authentication-card-client-credentials = This server uses the client ID and secret to get and renew an access token. Alternatively, enter only a token.

## The form of an operation

form-not-set = not set
form-field-cannot-show-value = The input of this field cannot show this value.
form-cannot-show-values = The form cannot show some of these values. You can send them from the JSON view.

## The fields of the form

fields-optional = { $count } optional fields
fields-other-title = Fields not in the document
fields-other-hint = Sent in the body unchanged. Values are JSON: strings require quotes.
fields-other-name = other fields
fields-or-null = { $kind } or null
fields-required = required
fields-variant = Variant of { $field }
fields-show = Show fields
fields-open = Fill in<span class="visually-hidden"> { $field }</span>
fields-add-row = Add<span class="visually-hidden"> to { $list }</span>
fields-remove-row = Remove<span class="visually-hidden"> from { $list }</span>
fields-key = Key
fields-key-placeholder = key
fields-value = Value
fields-value-placeholder = "JSON value"
fields-json-value = JSON value
fields-as-json = { $field } as JSON
fields-enter-json = Enter any value as JSON, for example null or an empty string
fields-enter-plain = Enter the value in its own input again

## The control of a single value

controls-example = e.g. { $example }
controls-file-lost = To send <b>{ $filename }</b> again, choose it again.
controls-file-kept-after = { " " }will be sent unless you choose another file.{ " " }
controls-remove-file = Remove file

## The default and the examples of a field

suggestions-default-before = Default:{ " " }
suggestions-use-default = Use default

## The constraints of a value, in a few words

constraint-characters = { $count ->
        [one] { $count } character
       *[other] { $count } characters
    }
constraint-characters-between = { $min } to { $max } characters
constraint-min-characters = min { $min ->
        [one] { $min } character
       *[other] { $min } characters
    }
constraint-max-characters = max { $max ->
        [one] { $max } character
       *[other] { $max } characters
    }
constraint-pattern = matches { $pattern }
constraint-between = { $min } to { $max }
constraint-min = min { $min }
constraint-max = max { $max }
constraint-more-than = more than { $bound }
constraint-less-than = less than { $bound }
constraint-multiple = multiple of { $step }
constraint-items = { $count ->
    [one] { $count } item
   *[other] { $count } items
}
constraint-items-between = { $min } to { $max } items
constraint-min-items = { $min ->
    [one] min { $min } item
   *[other] min { $min } items
}
constraint-max-items = { $max ->
    [one] max { $max } item
   *[other] max { $max } items
}
constraint-unique-items = all different

## The response to a call: its status and what is said about it

response-failed = Failed
response-from-document = Example response from the documentation. Nothing was sent.
response-request-id = request <code>{ $id }</code>
response-retry = The provider accepts the next call in <strong id="retry">{ $wait }</strong>.
response-retry-here = You can send again in <strong id="retry">{ $wait }</strong>.
response-documented = Send the request to see the response. Example from the documentation, status { $status }:
response-matches = The response matches the documentation.
response-differs = Differs from the documentation ({ $count })
response-more-differences = And { $count } more.
response-masked =
    { $count ->
        [one] { $count } secret is masked. For { $hours } hours, you can use the placeholder in later calls.
       *[other] { $count } secrets are masked. For { $hours } hours, you can use the placeholders in later calls.
    }
response-masked-values =
    { $count ->
        [one] { $count } value that may be secret is masked. For { $hours } hours, you can use the placeholder in later calls. To see it, ask the operator for the grant <code>reveal</code>, or save your own credential.
       *[other] { $count } values that may be secret are masked. For { $hours } hours, you can use the placeholders in later calls. To see them, ask the operator for the grant <code>reveal</code>, or save your own credential.
    }
response-masked-not-stored =
    { $count ->
        [one] { $count } secret is masked and could not be stored, so later calls cannot use it.
       *[other] { $count } secrets are masked and could not be stored, so later calls cannot use them.
    }
response-masked-values-not-stored =
    { $count ->
        [one] { $count } value that may be secret is masked and could not be stored, so later calls cannot use it.
       *[other] { $count } values that may be secret are masked and could not be stored, so later calls cannot use them.
    }
# "response-next-page-before" stands between the button "response-next-page" and the names of the fields that it fills in,
# and "response-next-page-after" after these names.
response-next-page = Next page
response-next-page-before = fills in
response-next-page-after = { "." } Then send again.
# Before and after links to operations.
response-links-before = Continue with
response-links-after = { "." } Its form is filled in from this response.
# A number with one decimal place.
response-decimal = { $whole }.{ $tenth }

## The views of a response

response-views = Show of the response
response-receipt = Receipt
response-tree = Tree
response-table = Table
response-raw = Raw
response-raw-body = Raw body
response-no-body = The response has no body.
response-binary = The body is binary ({ $media_type }), so it is not shown.
response-unknown-type = unknown type
response-start = The first { $shown } of { $size } is shown.
response-start-to-download = The first { $shown } of { $size } is shown. Download the body to see all of it.
response-download = Download

## Errors of calls

response-request-failed = Request failed.
response-named-problems = The provider names these problems:
response-error-documentation = The provider's documentation for this error
provider-request-id = Provider request ID
response-problem-instance = Occurrence of the problem
response-other-status = The body says that the status is { $status }.

## The meaning of a response's status

status-processing = The provider is still processing the request.
status-no-content = The call succeeded and returned no content.
status-success = The call succeeded.
status-redirect = The provider redirected the request. To protect the credential, the explorer does not follow redirects.
status-arguments-rejected = The provider rejected the arguments.
status-unauthorized = The provider requires a valid credential.
status-forbidden = The credential does not have permission for this call.
status-not-found = The provider found nothing with this name or ID.
status-conflict = The call conflicts with the current state of the resource.
status-too-large = The request is too large for the provider.
status-rate-limit = Rate limit exceeded.
status-call-rejected = The provider rejected the call.
status-provider-failed = The provider failed to process the call.
status-cause-unauthorized = Likely cause: the credential was mistyped, has expired or was replaced, or belongs to another environment. Save it again under Authentication.
status-cause-forbidden = Likely cause: the account or token behind the credential is not permitted to use this operation. Check its permissions with the provider.
status-cause-not-found = Likely cause: an ID was mistyped, belongs to another environment or account, or refers to something that was deleted.
status-cause-rate-limit = Likely cause: too many calls in a short time. Wait a moment, then send again.
status-cause-provider-failed = The problem is on the provider's side. Send again later. Your input stays in the form.

## Streams

stream-items = Items
stream-item-count =
    { $count ->
        [one] { $count } item.
       *[other] { $count } items.
    }
stream-last-items =
    { $count ->
        [one] { $count } item. The last { $shown } are shown.
       *[other] { $count } items. The last { $shown } are shown.
    }
stream-ended = The provider ended the stream.
stream-time-limit = The time limit was reached, so the connection was closed. There may be further items.
stream-size-limit = The size limit was reached, so the connection was closed. There may be further items.
stream-stopping = The explorer is stopping, so the connection was closed.
stream-interrupted = The connection closed before the end of the stream.

## Masked secrets

masked-show = Show
masked-hide = Hide

## The receipt of a call

receipt-request = Request
receipt-connection = Connection
receipt-connection-reused = reused
receipt-sent = Sent
receipt-dns-lookup = DNS lookup
receipt-connect = Connect
receipt-first-byte = First byte
receipt-body-received = Body received
receipt-received = Received
receipt-explorer-request-id = Explorer request ID
receipt-rule = Allowed by rule
receipt-bytes = { $count ->
        [one] { $count } byte
       *[other] { $count } bytes
    }
receipt-milliseconds = { $whole }.{ $tenth } ms

## The administration page

admin-heading = Administration
admin-lead = Disabling takes effect on all servers within a second. A credential, token or user stays disabled until an administrator enables it.
admin-audit = Audit
admin-credentials = The operator's credentials
admin-credentials-none = None. Users enter their own credentials.
admin-credential-fingerprint = fingerprint { $fingerprint }
admin-tokens = Access tokens
admin-tokens-none = None. To create one, run api-explorer token create on the server.
admin-token-rules = { $id } · may call { $rules }
admin-users = Users
admin-users-none = No user is signed in or disabled.
admin-user-name = User name or e-mail address
admin-disable-user = Disable user
admin-enable = Enable
admin-enable-item = Enable { $name }
admin-disable = Disable
admin-disable-item = Disable { $name }
admin-disabled-by = disabled by { $name }

## The documents on the administration page

admin-documents-heading = Documents
admin-documents-lead = The operator's credential is used only for operations of the accepted version of a document.
admin-documents-none = None. Only documents of providers with an operator's credential can change what it is used for; the built-in document changes with the program.
admin-documents-all-accepted = All versions are accepted (setting <code>accept</code>).
admin-documents-current-accepted = The current version is the accepted one.
admin-documents-accepted-at-first-use = accepted at first use, { $time }: <code>{ $hash }</code>
admin-documents-accepted-by = accepted by { $name }, { $time }: <code>{ $hash }</code>
admin-documents-current = current: <code>{ $hash }</code>
admin-documents-never-accepted = No version was accepted yet, so all operations are denied.
admin-documents-changed = The document has changed. Operations that were added or changed are denied until you accept them.
admin-documents-changed-harmlessly = The document has changed. No change affects which operations are accepted.
admin-documents-added = Added ({ $count })
admin-documents-altered = Changed ({ $count })
admin-documents-removed = Removed ({ $count })
admin-documents-more-operations = and { $count } more, which `api-explorer check` lists
admin-documents-accept = Accept
admin-documents-accept-provider = Accept the document of { $provider }

## The facts about an operation that differ between two versions of a document

admin-fact-name = name
admin-fact-tags = tags
admin-fact-server-names = server names
admin-fact-servers = servers
admin-fact-security = security
admin-fact-parameters = parameters
admin-fact-slash-parameters = path parameters with slashes

## The faults of documents on the administration page

admin-faults-none = None so far. After a start, all operations are read in the background.
admin-faults-lead = These parts of the documents are faulty or not supported, and are missing from pages and calls.
admin-faults-of-provider = { $count ->
    [one] { $provider }: { $count } part
   *[other] { $provider }: { $count } parts
}
admin-faults-all = { $count ->
    [one] All { $count } part
   *[other] All { $count } parts
}
admin-faults-more-documents = and { $count ->
        [one] { $count } more document
       *[other] { $count } more documents
    }, which `api-explorer check` lists

## The audit log

audit-heading = Audit log
audit-lead = Who did what, and when. Arguments and responses are not recorded.
audit-when = When (UTC)
audit-who = Who
audit-who-hint = name or token ID
audit-what = What
audit-what-hint = operation, error code, live
audit-environment = Environment
audit-result = Result
audit-duration = Duration
audit-rule = Rule
audit-filter = Filter
audit-download = Download as JSON lines
audit-records = Records
audit-none = No matching records.
audit-older = Older records
audit-done = done
audit-result-times = { $result }, { $count } times
audit-action = { $action ->
    [accept_document] accept document
    [clear_credential] clear credential
    [lock] lock
    [reveal] reveal
    [save_credential] save credential
    [sign_in] sign in
    [sign_out] sign out
    [switch_off] disable
    [switch_on] enable
    [unlock] unlock
   *[other] { $words }
}

## The state of the credential on the page of an operation

credential-state-none = No credential saved.
credential-state-none-example = No credential saved. By default, calls use the example environment until you save one.
credential-state-operator = Using the operator's credential
credential-state-own = Using your credential for this session
credential-state-fingerprint = fingerprint { $fingerprint }
credential-state-schemes = for { $schemes }
credential-state-insufficient = not sufficient for this operation

## The hint beside the button Send

sending-hint-live-change = LIVE: this call changes real data.
sending-hint-live-read = LIVE: this call reads real data.
sending-hint-example = The example environment returns an example from the documentation. Nothing is sent.
sending-hint-credential = This environment requires a credential. Save yours under Authentication.
sending-hint-gateway-url = Enter a gateway URL above to enable sending.

## The bar above pages while live data is unlocked

live-bar-unlocked = <strong>LIVE unlocked</strong> Calls can change real data of { $provider }. { $remaining } left.
live-bar-lock = Lock again

## JSON bodies as trees

body-label = Body
json-tree-fields = { $count ->
    [one] { $count } field
   *[other] { $count } fields
}
json-tree-items = { $count ->
    [one] { $count } item
   *[other] { $count } items
}
large-json-path = Path
large-json-previous = Previous
large-json-fields = Fields { $from } to { $to }
large-json-items = Items { $from } to { $to }
large-json-bytes = { $count } bytes
json-search-label = Find in the response
json-search-find = Find
json-search-first = The first { $count } places are shown.
json-search-found = { $count ->
    [0] Nothing found.
    [one] { $count } place found.
   *[other] { $count } places found.
}

## Previews of bodies

preview-first-rows = The first { $shown } rows are shown.
preview-first-rows-of = The first { $shown } of { $count } rows are shown.
preview-source = Source
preview-source-start = The start of the source is shown. The raw view has more of it.
preview-image = Image in the response
preview-audio = Audio in the response
preview-video = Video in the response
preview-pdf = Open the PDF in a new tab
preview-binary = The body is binary ({ $media_type }). Download it to open it.
preview-binary-of-unknown-type = The body is binary (unknown type). Download it to open it.
preview-bytes = Bytes
preview-first-bytes = The first { $count } bytes:
preview-hexadecimal = Bytes in hexadecimal

## Snippets

snippet-line-count = { $count ->
    [one] { $count } line
   *[other] { $count } lines
}
snippet-note-unsupported = <b>Not possible with this client:</b> { $reason } Choose another client.
snippet-note-verified = <b class="proven">Verified</b> In our tests, this code sends the same request as the explorer.
snippet-note-generated = Generated from the request that the explorer sends. Not run in our tests.
snippet-note-vendor-sdk = Uses the vendor's SDK.
snippet-note-code-sample = <b>From the vendor, not verified.</b> Your arguments replace the matching values.

## Lists in sentences

# Between the parts of a list of any length.
list-and = { " " }and{ " " }
list-or = { " " }or{ " " }
# Between alternatives that are lists with "list-and".
list-comma-or = , or{ " " }

## Problems of arguments

check-leave-out-of-body = Leave this out: { $name } is the whole body.
check-part-not-sent = Is a header of a part that is not sent. Leave it out.
# "names" is a list with "list-or".
check-ambiguous-name = Several parameters have this name. Use { $names }.
check-unknown-field = This operation has no field named { $name }.
check-required = This field is required.
check-null = Cannot be null here. Leave it out instead.
check-path-value = Is part of the path: must not be empty, or contain \, control characters, encoded slashes, or "." or ".." between slashes.
check-cookie-value = Is sent as a cookie without encoding: cannot contain spaces, quotes, commas, semicolons, backslashes or other characters than ASCII.
check-one-of = Must be one of { $choices }.
check-file = Must be a file: { "{" } "filename", "contentType", "base64" { "}" }.
# "expected" and "actual" are "check-type-text" to "check-type-json", or null. "expected" can be a list with "list-or".
check-type = Must be { $expected }, not { $actual }.
check-type-text = text
check-type-whole-number = a whole number
check-type-number = a number
check-type-boolean = true or false
check-type-list = a list
check-type-object = an object
check-type-json = a JSON value
check-json-content = Must contain JSON, which is invalid at character { $position }.
# "problem" is another problem, a sentence.
check-in-json = In its JSON: { $problem }
check-in-json-at = In its JSON, at { $location }: { $problem }
check-no-variant = Matches none of: { $variants }.
# "kind" is the keyword of JSON Schema, "count" the actual number.
check-limit = { $kind ->
    [maxLength] At most { $limit ->
            [one] { $limit } character
           *[other] { $limit } characters
        }; this has { $count }.
    [minLength] At least { $limit ->
            [one] { $limit } character
           *[other] { $limit } characters
        }; this has { $count }.
    [maxItems] At most { $limit ->
            [one] { $limit } item
           *[other] { $limit } items
        }; there are { $count }.
    [minItems] At least { $limit ->
            [one] { $limit } item
           *[other] { $limit } items
        }; there are { $count }.
    [maxProperties] At most { $limit ->
            [one] { $limit } field
           *[other] { $limit } fields
        }; there are { $count }.
   *[minProperties] At least { $limit ->
            [one] { $limit } field
           *[other] { $limit } fields
        }; there are { $count }.
}
check-repeated-item = No item may occur twice: { $item }.
check-pattern = Must match the pattern { $pattern }.
# "description" is from the document: letters, digits and hyphens.
check-pattern-described = Only { $description }.
check-format-uuid = Must be a UUID, like 123e4567-e89b-12d3-a456-426614174000.
check-format-date-time = Must be a date and time, like 2026-11-23T09:30:00Z.
check-format-date = Must be a date, like 2026-11-23.
check-format-time = Must be a time, like 09:30:00Z.
check-format-url = Must be a complete URL, like https://example.com/path.
check-format-email = Must be an email address, like name@example.com.
check-format-phone-number = Must be a phone number in E.164 format: +, country code and number, like +15005550006.
check-whole-number = Must be a whole number.
check-minimum = Must be { $limit } or more.
check-maximum = Must be { $limit } or less.
check-exclusive-minimum = Must be more than { $limit }.
check-exclusive-maximum = Must be less than { $limit }.
check-multiple = Must be a multiple of { $step }.
# "alternatives" is a list of names of fields, with "list-and" and "list-comma-or".
check-must-have = Must have { $alternatives }.

## Delimiters in the items of lists

# "delimiter" is one of the texts below.
delimiter-in-item = Its items cannot contain { $delimiter }, which separate them.
delimiter-commas = commas
delimiter-spaces = spaces
delimiter-tabs = tabs
delimiter-vertical-bars = vertical bars
delimiter-periods = periods
delimiter-brackets = brackets in names
delimiter-equals-signs = equals signs in names

## Values of server variables

server-variable-unknown = The server of { $environment } has no variable { $name }. Leave it out.
server-variable-invalid = The server variable { $name } must consist of letters, digits and -._~:, and not be a dot segment. Nothing was sent.

## The values of a form

form-reading-own-input = { $name } has its own input above.
form-reading-earlier-value = Enter a value: a later one is set.
form-reading-whole-number = Must be a whole number, like 10.
form-reading-number = Must be a number, like 10 or 2.5.
form-reading-listed-value = Must be one of the listed values.
form-reading-value = Enter a value.
form-reading-json-value = Enter a JSON value, like "gold" or 1.
form-reading-key = Enter a key.
form-reading-repeated-key = This key is used twice.
form-reading-arguments = The arguments must be one JSON object: { "{" } "name": value, … { "}" }
form-reading-json-quotes = Invalid JSON. Text needs quotes: "{ $text }"
form-reading-json-incomplete = Incomplete JSON: it ends before a required { "}" }, ] or ".
form-reading-json-invalid = Invalid JSON at line { $line }, column { $column }, before { $excerpt }

## Bodies of XML

xml-not-text = Must be a single value: it is an attribute or the text of an XML element.
xml-null = Cannot be null: it is an attribute or the text of an XML element. Leave it out.
xml-empty-list = XML cannot express this empty list, which has no element of its own. Leave it out.
xml-list-of-attributes = XML cannot express this list: the document makes its items attributes.
xml-nesting = Is nested too deeply.
xml-character = XML cannot contain the character U+{ $code }.
xml-name = XML cannot have the name { $name }.
xml-repeated-attribute = The XML element has another attribute { $name }.
xml-reserved-prefix = The prefix xml and its namespace are reserved.
xml-ambiguous-prefix = The prefix { $prefix } has two namespaces here: { $first } and { $second }.
xml-unknown-prefix = The document names no namespace for the prefix { $prefix }.
xml-encoding = The XML declares the encoding { $encoding }, but is sent in UTF-8.
# "reason" is in English.
xml-syntax = Must be well-formed XML: { $reason }.

## Errors of the explorer

explorer-error-request-too-large = The request exceeds the limit of { $limit } bytes. Nothing was sent.
# "problem" is a sentence.
explorer-error-invalid-field = Check the field { $field }: { $problem }
explorer-error-invalid-fields = { $count } fields are invalid.
explorer-error-confirmation = Does not match, so nothing was deleted.
explorer-error-marked-fields = Nothing was sent. Correct the marked fields.
explorer-error-malformed-request = The request could not be read. Reload the page and try again.
explorer-error-internal = An internal error occurred. The server log shows the cause.

## Types and locations of fields

schema-type-text = text
schema-type-whole-number = whole number
schema-type-number = number
schema-type-boolean = true or false
schema-type-choice = choice
schema-type-list = list
schema-type-object = object
schema-type-map = map
schema-type-union = one of several
schema-type-file = file
# These are after the type: text in the query.
schema-in-path = in the path
schema-in-query = in the query
schema-as-query = as the whole query
schema-in-header = in a header
schema-in-cookie = in a cookie
schema-in-part-header = in a header of the part
# The variant of a union that applies to all values that no other is for.
union-default-variant = { $title } (default)

## Rules of a schema

schema-rule-each-item = Each item: { $rule }
# "value" is one of the texts from "schema-rule-be-value" to "schema-rule-have-set", or several with "list-and".
schema-rule-pattern-fields = Fields whose names match { $pattern }: must { $value }.
schema-rule-pattern-fields-undescribed = Fields whose names match { $pattern }: see the OpenAPI document.
schema-rule-field-names = The names of fields must { $value }.
schema-rule-no-other-fields = No other fields are allowed.
schema-rule-no-other-items = No other items are allowed.
schema-rule-others = { $kind ->
    [items] Other items: must { $value }.
   *[fields] Other fields: must { $value }.
}
schema-rule-others-undescribed = { $kind ->
    [items] Other items: see the OpenAPI document.
   *[fields] Other fields: see the OpenAPI document.
}
schema-rule-min-fields = { $count ->
    [one] At least { $count } field.
   *[other] At least { $count } fields.
}
schema-rule-max-fields = { $count ->
    [one] At most { $count } field.
   *[other] At most { $count } fields.
}
schema-rule-contains-min = { $count ->
    [one] At least { $count } item: must { $value }.
   *[other] At least { $count } items: must { $value }.
}
schema-rule-contains-min-undescribed = { $count ->
    [one] At least { $count } item: see the OpenAPI document.
   *[other] At least { $count } items: see the OpenAPI document.
}
schema-rule-contains-max = { $count ->
    [one] At most { $count } item: may { $value }.
   *[other] At most { $count } items: may { $value }.
}
schema-rule-contains-max-undescribed = { $count ->
    [one] At most { $count } item: see the OpenAPI document.
   *[other] At most { $count } items: see the OpenAPI document.
}
schema-rule-must-not = Must not { $value }.
# "names" is a list with "list-and".
schema-rule-must-not-have = { $count ->
    [one] Must not have { $names }.
   *[other] Must not have { $names } together.
}
# "requirements", "then" and "otherwise" are texts from "schema-rule-required" to "schema-rule-undescribed", with commas.
schema-rule-if-set = If { $name } is set: { $requirements }.
# "condition" is one of the texts from "schema-rule-is" to "schema-rule-undescribed-condition", or several with "list-and".
schema-rule-if-then = If { $condition }: { $then }.
schema-rule-if-then-else = If { $condition }: { $then }. Otherwise: { $otherwise }.
schema-rule-unless = Unless { $condition }: { $otherwise }.

## Requirements in a rule

schema-rule-required = { $count ->
    [one] { $names } is required
   *[other] { $names } are required
}
schema-rule-not-allowed = { $name } is not allowed
schema-rule-field-must = { $name } must { $value }
schema-rule-no-value = no value is allowed
schema-rule-undescribed = see the OpenAPI document

## Conditions in a rule

schema-rule-is = { $name } is { $values }
schema-rule-is-or-not-set = { $name } is { $values }, or not set
schema-rule-is-set = { $name } is set
schema-rule-is-not-set = { $name } is not set
schema-rule-undescribed-condition = a condition of the OpenAPI document is met

## What a value must do according to a rule

schema-rule-be-value = be { $values }
schema-rule-be-type = { $kind ->
    [string] be text
    [number] be a number
    [integer] be a whole number
    [boolean] be true or false
    [array] be a list
    [object] be an object
   *[null] be null
}
schema-rule-constraint = { $keyword ->
    [format] have the format { $value }
    [pattern] match { $value }
    [minLength] have at least { $value ->
            [one] { $value } character
           *[other] { $value } characters
        }
    [maxLength] have at most { $value ->
            [one] { $value } character
           *[other] { $value } characters
        }
    [minimum] be { $value } or more
    [maximum] be { $value } or less
    [exclusiveMinimum] be more than { $value }
    [exclusiveMaximum] be less than { $value }
    [multipleOf] be a multiple of { $value }
    [minItems] have at least { $value ->
            [one] { $value } item
           *[other] { $value } items
        }
   *[maxItems] have at most { $value ->
            [one] { $value } item
           *[other] { $value } items
        }
}
schema-rule-have = have { $names }
schema-rule-have-set = have { $name } set to { $values }

## Values in a rule

schema-rule-one-of = one of { $values }
schema-rule-certain-list = a certain list
schema-rule-certain-object = a certain object

## Differences between a value and its schema

schema-difference-undocumented-status = The document describes no response with the status { $status }.
schema-difference-empty-body = The document requires JSON, but the body is empty.
schema-difference-no-json = The document requires JSON, but the body is not JSON.
schema-difference-missing = Required, but missing.
schema-difference-undocumented = Not documented.
schema-difference-unknown-field = The document has no such field.
# "problem" is another problem, a sentence.
schema-difference-name = The name is not allowed: { $problem }
schema-difference-format = Must have the format { $format }.
# "kind" is the keyword of JSON Schema.
schema-difference-limit = { $kind ->
    [maxLength] At most { $limit ->
            [one] { $limit } character
           *[other] { $limit } characters
        }.
    [minLength] At least { $limit ->
            [one] { $limit } character
           *[other] { $limit } characters
        }.
    [maxItems] At most { $limit ->
            [one] { $limit } item
           *[other] { $limit } items
        }.
    [minItems] At least { $limit ->
            [one] { $limit } item
           *[other] { $limit } items
        }.
    [maxProperties] At most { $limit ->
            [one] { $limit } field
           *[other] { $limit } fields
        }.
   *[minProperties] At least { $limit ->
            [one] { $limit } field
           *[other] { $limit } fields
        }.
}
schema-difference-repeated-item = No item may occur twice.
schema-difference-contains = No item matches the one that the document requires.
schema-difference-not = The document does not allow this value.
schema-difference-no-value = No value is allowed here.
schema-difference-variants = Matches none of the { $count } documented variants.
# "difference" is another difference, a sentence.
schema-difference-repeated = { $count ->
    [one] { $difference } Same in { $count } other place.
   *[other] { $difference } Same in { $count } other places.
}

## Comparisons of arguments with the document that have no result

validation-budget-exhausted = The arguments are too many or too deeply nested to be validated against the document. Nothing was sent. Send fewer values.
validation-fault = The arguments could not be validated because of a fault in the validator. Nothing was sent. The server log shows the cause.

## Ways to obtain a token

# "field" is the field of the OpenAPI document.
token-flow = { $field ->
    [authorizationCode] authorization code
    [implicit] implicit
    [deviceAuthorization] device authorization
    [password] password
    [clientCredentials] client credentials
    [oauth2MetadataUrl] metadata of OAuth 2.0
   *[openIdConnectUrl] metadata of OpenID Connect
}
# "flow" is one of "token-flow".
token-flow-at = { $flow } at { $url }

## Durations in messages

duration-minutes =
    { $count ->
        [one] { $count } minute
       *[other] { $count } minutes
    }
wait-seconds = { $count } s
wait-hours =
    { $count ->
        [one] { $count } hour
       *[other] { $count } hours
    }

## Limits on what networks and callers use

bound-rate-exceeded = Too many { $subject ->
        [sign-ins] sign-in attempts
        [sessions] new sessions
       *[requests] requests
    } from your network or account: { $rate } is the limit ({ $setting }). Nothing was sent. Try again in { $wait }.
bound-calls-full = This server has reached its limit of concurrent calls ({ $setting }). Nothing was sent. Try again in a moment.
bound-calls-own-share = You have reached your share of the concurrent calls of this server ({ $setting }). Nothing was sent. Try again in a moment.
bound-bodies-full = This server is processing too many large requests ({ $setting }). Nothing was sent. Try again in a moment.
bound-bodies-own-share = This server is processing too many of your large requests ({ $setting }). Nothing was sent. Try again in a moment.

## Budgets of the operator's credential

budget-not-checked = Nothing was sent. The budget could not be checked
budget-rate-exceeded =
    { $owner ->
        [network] Rate limit of your network exceeded: { $rate } for { $provider } with the operator's credential. Nothing was sent. Send again in { $wait }, or save your own credential.
       *[caller] Rate limit exceeded: { $rate } for { $provider } with the operator's credential. Nothing was sent. Send again in { $wait }, or save your own credential.
    }
budget-daily-used-up = { $owner ->
        [everyone] The shared limit
        [network] The limit of your network
       *[caller] Your limit
    } of { $daily ->
        [one] { $daily } call
       *[other] { $daily } calls
    } a day to { $provider } with the operator's credential is used up. Nothing was sent. Send again in { $wait }, or save your own credential.

## Calls

call-unknown-provider = There is no such provider on this server.
call-unknown-operation = { $provider } has no operation with this name. The page /{ $id } lists all operations.
call-document-not-loaded = The OpenAPI document of { $id } could not be loaded. Nothing was sent. The page /{ $id } shows the reason.
call-provider-status = The provider responded with status { $status }.
argument-did-you-mean = Did you mean { $name }?
argument-send-anyway = To send it anyway, set "additionalArguments" to true.

## Credentials

credential-not-read = Nothing was sent. Your credential could not be read
credential-not-saved = The credential was not saved
credential-not-removed = The credential was not removed and stays in effect
credential-changed = This call names another credential. { $source ->
        [operator] The operator's credential ({ $fingerprint }) is now in effect.
        [own] Your own credential ({ $fingerprint }) is now in effect.
       *[none] No credential is now in effect.
    } Nothing was sent. Reload the page to see the current one (in a script: correct "fingerprint"), then send again.
credential-no-known-field = None of these fields belongs to a credential of this provider.
credential-part-missing = { $label } is missing.
credential-part-bearer-word = { $label } must not include the word Bearer. Copy only the text after it.
credential-part-invalid = { $label } is too long or contains invalid characters. Copy it again, without quotes.
credential-part-unknown-prefix = { $label } must start with { $prefixes }. Check that you copied the right value.
credential-part-too-short = { $label } is too short. Copy the complete value.
credential-list-alternatives = { ", or " }
disabled-credential = The operator's credential is disabled. Nothing was sent. Ask the operator of this server to enable it, or save your own credential.
disabled-list-not-read = Nothing was sent. The list of disabled credentials and tokens could not be read
disabled-list-not-saved = Nothing was changed. The list of disabled credentials and tokens could not be saved

## Accepted versions of documents

acceptance-version-not-read = Nothing was sent. The accepted version of the document could not be read
acceptance-failed = Nothing was accepted
acceptance-outdated = Nothing was accepted. The document, or its accepted version, has changed since the page was shown. Reload the page and compare them again.
acceptance-document-changed = The document of { $provider } has changed: { $reason }. An administrator must accept the change first, at /admin or with `api-explorer check --accept`.
acceptance-no-version = No version of the document of { $provider } is accepted yet. An administrator must accept one first, at /admin or with `api-explorer check --accept`.

## Environments, and the credentials for them

destination-unknown-environment = There is no environment { $name }. Available: { $names }.
destination-other-environment = The current credential is for { $bound }, not for { $requested }. Nothing was sent. Choose { $bound }, or save a credential for { $requested }.
destination-no-server = The document lists no server for this operation. Nothing was sent.
destination-chosen-path = The operator's credential is only sent to the documented path of the server, which server variables change here. Nothing was sent. Leave them out, or save a credential of your own.
destination-fixed-base-url = The settings set the base URL of all calls, so that no server variable can be set. Nothing was sent.
destination-no-sendable-credential = This server can send none of the credentials that this operation accepts ({ $reasons }). Use the example environment instead.
destination-no-credential = No credential for { $provider } is set. Save yours under Authentication, or use the example environment.
destination-no-credential-of-schemes = No credential for { $provider } is set. This operation requires { $schemes }. Save yours under Authentication, or use the example environment.
destination-incomplete-credential = The credential for { $provider } does not include { $schemes }, which this operation requires. Save it under Authentication, or use the example environment.

## Rules for the operator's credential

policy-denied = { $reason } Nothing was sent. Ask the operator of this server for access, or save your own credential.
policy-denies-rule = The operator's policy for { $provider } denies { $rule }.
policy-allows-only = The operator's policy for { $provider } allows only { $rules }.
policy-token-allows-only = Your access token may call only { $rules }.
policy-may-not-delete = You may not delete with the operator's credential for { $provider }.
policy-may-not-change-live-data = You may not change live data with the operator's credential for { $provider }.
policy-other-operation = A server could route this path to the operation { $name }. { $reason }

## Safeguards against mistakes

live-not-unlocked = Nothing was sent. Live data could not be unlocked
live-not-locked = Live data could not be locked
live-not-checked = Nothing was sent. It could not be checked whether live data is unlocked
live-locked = { $environment } holds real data, so it is read-only. Nothing was sent. To unlock it for { $duration }, select "Unlock { $environment }" beside Send, after a reload if it is not there (in a script: "unlock": true).
delete-unconfirmed-parameter = This deletes permanently. Nothing was sent. To confirm, type the { $name } again beside Send (in a script: "confirm"), then send again.
delete-unconfirmed-operation = This deletes permanently. Nothing was sent. To confirm, type the operation's name, { $name }, beside Send (in a script: "confirm"), then send again.
foreign-id = This ID belongs to { $other }, but the call goes to { $environment }.

## Secrets of responses

secret-unknown-placeholder = { $placeholder } refers to no secret that you received within the last { $hours } hours. Repeat the call that returned it.
secret-unknown = This placeholder refers to no secret that you received within the last { $hours } hours. Repeat the call that returned it.
secret-not-stored = This secret is no longer stored.
secret-not-read = The secret could not be read
secret-placeholder-not-read = The placeholder could not be read
secret-placeholders-not-read = Nothing was sent. The secrets for the placeholders could not be read
secret-reveal-denied = You may not see secrets that were received with the operator's credential. You can send their placeholders in fields for secrets. To see the secrets, ask the operator of this server (`--may reveal`, `may = ["reveal"]`), or save your own credential.
secret-other-environment = This secret is from { $other }, but the call goes to { $environment }.
secret-other-provider = This secret is from another provider, so it is not sent to this one.
secret-too-many-responses = These arguments use secrets from more than { $max } responses. Nothing was sent.
secret-only-whole-value = You cannot see this secret, so you can send it only as the whole value of a field.
secret-only-in-its-fields = You cannot see this secret, so you can send it only in a field that the document describes, and that is for secrets or has the name of the field it came from.
secret-with-chosen-url = You cannot see this secret, so you cannot send it together with a URL of your choice ({ $location }). Omit the URL, or ask the operator to add its origin to `trusted_origins`.
withheld-body =
    { $media_type ->
        [unknown] The server withholds this body ({ $size } bytes of an unknown type) because it could contain secrets, which you may not see. The server can search only valid JSON, forms, and documented plain text for secrets. To see the body, ask the operator for the grant `reveal`, or save your own credential and repeat the call.
       *[other] The server withholds this body ({ $size } bytes of { $media_type }) because it could contain secrets, which you may not see. The server can search only valid JSON, forms, and documented plain text for secrets. To see the body, ask the operator for the grant `reveal`, or save your own credential and repeat the call.
    }
withheld-encoded-body = The body has an encoding that was not requested, so it is not shown.
withheld-too-deep-body = The body is nested too deeply to be searched for secrets, so it is not shown.
withheld-item = The server withholds this item ({ $size } bytes) because it could contain secrets, which you may not see.
withheld-item-too-large = This item ({ $size } bytes) is too large, so it is not shown.
withheld-item-not-utf8 = This item ({ $size } bytes) is not UTF-8, so it is not shown.

## Requests to providers

request-invalid = { $problem } Nothing was sent.
request-other-charset = The document has the charset { $charset }, but text is only sent in UTF-8.
request-header-not-sendable = The header { $name } cannot be sent with this value.
request-part-header-not-sendable = The header { $name } of the part { $part } cannot be sent with this value.
request-file-not-base64 = The content of the file { $name } is not valid Base64.
request-other-destination = These arguments would change the destination of the call. Nothing was sent.
request-host-without-credential = The credential cannot be sent to { $url }: the settings do not list this host, or it does not use HTTPS. Nothing was sent.
request-host-without-calls = Calls cannot be made to { $url }: the settings do not list this host, or it does not use HTTPS. Nothing was sent.
request-method-not-sendable = The operation's method cannot be sent.
request-credential-not-sendable = The credential cannot be sent in a header.
request-invalid-boundary = Invalid multipart boundary.
media-type-charset = The body has the charset { $charset }, but only UTF-8 can be checked. Set contentType without a charset.
media-type-no-body = This operation has no body, so contentType cannot be { $media_type }. Leave it out.
media-type-unknown-body = The document describes no body of the media type { $media_type } for this operation. Set contentType to one of: { $documented }.
media-type-no-responses = The document describes no response of the media type { $media_type } for this operation. It names no media types, so leave accept out.
media-type-unknown-response = The document describes no response of the media type { $media_type } for this operation. Set accept to one of: { $documented }.
media-type-of-range-missing = The document describes the body as { $range }. Set contentType, or the contentType of the file, to a media type of this kind.
authenticate-two-authorizations = Two of the security schemes that this operation requires together both use the Authorization header, which can have only one value. Nothing was sent. The document is incorrect.
authenticate-reserved-header = The document requires the key { $scheme } in the header { $name }, which must not contain a credential. Nothing was sent.
authenticate-cookie-semicolon = A key that is sent in a cookie must not contain a semicolon. Nothing was sent.

## Connections to providers

transport-no-tls = { $host } does not use TLS at this address. Nothing was sent. Check the port, and whether the URL should start with http://.
transport-unverified-identity = The identity of { $host } could not be verified (TLS). Nothing was sent. Check the address, and this server's clock and certificates.
transport-unreachable = { $host } cannot be reached from this server. Nothing was sent. Check its name, its port and the network, then send again.
transport-not-public = { $host } is not on the public Internet. Nothing was sent. This server calls such hosts only if its settings list them (provider.servers or provider.base_url).
transport-timeout = { $host } did not respond within { $seconds } s (EXPLORER_TIMEOUT). The call may have succeeded; check before retrying.
transport-closed = The connection to { $host } closed before the full response arrived. The call may have succeeded; check before retrying.
transport-malformed = The response from { $host } is not valid HTTP, or does not match its own headers (length or compression), so it cannot be shown. The call may have succeeded; check before retrying.
transport-headers-too-large = The response headers from { $host } are larger than this server accepts, so the response is not shown. The call may have succeeded; check before retrying.
transport-response-too-large = The response is larger than the limit of { $megabytes } MB (EXPLORER_REPLY_LIMIT_MB). Request less data at a time.

## Access tokens that the server fetches

token-host-not-listed = The client ID and secret cannot be sent to { $url }: the settings of { $provider } do not list this host, or it does not use HTTPS. Nothing was sent. Ask the operator of this server, or paste an access token instead.
token-timeout = No access token was fetched. Nothing was sent to the provider. { $host } did not respond in time (EXPLORER_TIMEOUT). Check the token URL, then send again.
token-unreachable = No access token was fetched. Nothing was sent to the provider. { $host } cannot be reached from this server, or closed the connection. Check the token URL, then send again.
token-response-too-large = No access token was fetched. Nothing was sent to the provider. { $host } sent a response that is larger than this server accepts. Check the token URL, then send again.
token-malformed-response = No access token was fetched. Nothing was sent to the provider. { $host } sent a response that is not valid HTTP. Check the token URL, then send again.
token-refused = { $host } issued no access token for the client ID and secret: it responded with { $status }. Nothing was sent to the provider. Check both values and their permissions.
token-refused-with-details = { $host } issued no access token for the client ID and secret: it responded with { $status } ({ $details }). Nothing was sent to the provider. Check both values and their permissions.
token-no-bearer-token = { $host } responded without a Bearer access token. Nothing was sent to the provider. Check that this is the token URL.

## Sessions and sign-in

session-not-read = Nothing was sent. Your session could not be read
session-missing = You are not signed in. Nothing was sent. Sign in at /sign-in in another tab, then send again.
session-ended = Your session has ended, and with it any credential that you saved in it. Nothing was sent. Reload the page to see which credential is now in effect (in a script: remove the session cookie), then send again.
sign-in-route-token-not-checked = You are not signed in. Your access token could not be checked
sign-in-route-invalid-token = This access token is unknown, expired or revoked. Check that you copied all of it, or ask the operator of this server for another token.
sign-in-route-invalid-link = This link is not valid. The server creates a new one at each start. Use the link that it printed last, on the machine that it runs on.
sign-in-route-session-not-saved = Your session could not be saved
sign-in-route-session-not-deleted = You are still signed in. Your session could not be deleted
oidc-not-signed-in = You are not signed in. { $problem }
oidc-provider-unavailable = Your identity provider is unavailable. Try again in a moment.
oidc-not-started = The sign-in was not started in this browser, or it took too long. Try again.
oidc-other-attempt = The response belongs to another sign-in attempt. Try again.
oidc-refused =
    { $code ->
        [none] Your identity provider refused the sign-in (no reason given). Try again, or ask the operator of this server.
       *[other] Your identity provider refused the sign-in ({ $code }). Try again, or ask the operator of this server.
    }
oidc-no-id-token = Your identity provider sent no ID token.
oidc-access-token-mismatch = The access token does not match the ID token.
oidc-no-email = Your identity provider did not send your e-mail address.
oidc-unverified-email = Your identity provider has not verified your e-mail address ({ $email }).
oidc-not-allowed = { $email } may not use this explorer. Ask its operator for access, or sign in with another account.
oidc-no-session-ended = No session was ended

## Refused requests

refusal-invalid-token = This access token is unknown, expired or revoked. Nothing was sent. Ask the operator of this server for another token.
refusal-token-required = This address requires an access token: Authorization: Bearer aex_…. It accepts no cookie and no other sign-in. Nothing was sent.
refusal-not-signed-in = You are not signed in. Nothing was sent. Sign in at /sign-in in another tab, then send again. In a script, send an access token: Authorization: Bearer aex_….
refusal-no-longer-signed-in = You are no longer signed in. Nothing was sent. Sign in, then use the browser's Back button to return to your input.
refusal-ended-sign-in = Your sign-in is no longer valid: the access rules of this server have changed. Nothing was sent. Sign in again, or ask the operator of this server for access.
refusal-disabled-user = { $name } may no longer use this server. Nothing was sent. Ask its administrator.
refusal-repeated-header = The request has the header { $name } more than once, so it does not identify one user. Nothing was sent. The operator of this server must configure the proxy to remove the header of clients.
refusal-remote = This server is only for users of its own machine, and this request may come from somebody else: { $sign }. Nothing was sent. To serve others, its operator must set EXPLORER_HOSTS and EXPLORER_ACCESS (docs/access.md).
remote-sign-sender = its sender is not on this machine
remote-sign-host = its host name is not that of this machine
remote-sign-proxy-header = its header { $name } was set by a proxy
remote-sign-old-protocol = it was sent with HTTP/1.0, as by a proxy
remote-sign-foreign-origin = its header origin names a site that EXPLORER_ALLOWED_ORIGINS does not list
security-host-not-accepted = This server does not accept this host name. Its operator can add the name to EXPLORER_HOSTS.
security-other-site = Pages of other sites may not send this request. Nothing was sent. The operator of this server can allow an origin in EXPLORER_ALLOWED_ORIGINS.
security-internal-error = An internal error occurred. The server's log has the details.
body-too-slow = The full request did not arrive within { $seconds } s. Nothing was sent. Send it again.
body-too-many-values = The request has more than { $max } values. Nothing was sent. Send fewer.
body-incomplete = The connection closed before the full request arrived. Nothing was sent.

## Administration

admin-route-audit-not-read = The audit log could not be read
admin-route-lists-not-read = The access tokens and the list of disabled credentials and tokens could not be read
admin-route-versions-not-read = The accepted versions of the documents could not be read
admin-route-form-not-read = The form could not be read. Reload the page.
admin-route-unknown-item = Only credentials, tokens and users can be disabled.
admin-route-only-local-administrators = Only administrators may view this page. To sign in as one, open the link that the server printed on its terminal when it started, or sign in at /sign-in with a token that was created with --may admin.
admin-route-only-administrators = Only administrators may view this page. The operator of this server can create a token with --may admin, or add your name to access.admins.

## Other pages and requests

page-call-malformed = The body is not a call: { $error }.
placeholder-uses-unknown = This placeholder is not known. It may have expired: make the call again.
placeholder-uses-summary = The operations that take a secret of a response.
preferences-no-theme = The theme was not changed: the request names none. Choose System, Light or Dark on a page.
preferences-no-language = The language was not changed: the request names none of this site. Choose one on a page.
response-file-gone = This response is no longer kept. Make the call again to see its body.
body-part-summary = The body of a response.
body-part-too-large = The value is too large to be copied.
reveal-summary = A secret from a response.
server-function-unknown-client = There is no client with this name. Choose one from the list.
server-function-outside-request = A server function ran outside of a request.

## Requests of programs

programs-other-origin = This address serves pages. Programs send their requests to { $origin }. Nothing was sent.
programs-other-address = This address serves pages. Programs send their requests to the address in EXPLORER_API_ADDR. Ask the operator of this server for it. Nothing was sent.
programs-only = This address serves programs only: POST /tools/{ "{" }provider{ "}" }/{ "{" }operation{ "}" }, and the requests of SDKs at /proxy/{ "{" }provider{ "}" }/…. Nothing was sent. Pages have another address.
proxy-only-programs = Web pages may not use this URL; it is for programs. Nothing was sent.
tools-invalid-json = The body is not valid JSON (error at line { $line }, column { $column }).
tools-no-object = The body must be a JSON object: { "{" }"args": { "{" }…{ "}" }, "environment": "test"{ "}" }.
tools-server-variables-no-object = "serverVariables" must be a JSON object, like { "{" }"tenant": "acme"{ "}" }.
tools-no-string = "{ $key }" must be a string, like "{ $example }".
tools-no-flag = "{ $key }" must be true or false.
tools-arguments-no-object = "args" must be a JSON object that contains the arguments.

## Times

timestamp = { $day } { $month ->
        [1] January
        [2] February
        [3] March
        [4] April
        [5] May
        [6] June
        [7] July
        [8] August
        [9] September
        [10] October
        [11] November
       *[12] December
    } { $year }, { $time } UTC

## Credentials

credential-part-username = Username
credential-part-password = Password
credential-part-named-key = API key ({ $name })
credential-part-key = API key
credential-part-client-id = Client ID
credential-part-client-secret = Client secret
credential-part-bearer-token = Bearer token
credential-part-access-token = Access token
scheme-undefined = the document does not define it
scheme-basic = HTTP Basic
scheme-bearer = Bearer token
scheme-key-in-header = API key in the header { $name }
scheme-key-in-query = API key in the query parameter { $name }
scheme-key-in-cookie = API key in the cookie { $name }
scheme-client-credentials = OAuth 2.0 client credentials
scheme-access-token = OAuth 2.0 access token
scheme-deprecated = { $scheme } (deprecated)

## Errors of the store

# "failure" says what could not be done, without a full stop.
store-unavailable = { $failure }: the store is unavailable. Try again in a moment.
store-wrong-key = { $failure }: the data is sealed with another key than this server's. If the key was changed, ask the operator of this server to restart it, then save the credential again under Authentication.
audit-not-recorded = Nothing was done. The action could not be recorded in the audit log
