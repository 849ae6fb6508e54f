# Deutsch

language-name = Deutsch

## The frame of every page

shell-language = Sprache

## The catalog, on several pages

catalog-providers = Anbieter
catalog-all-providers = Alle Anbieter
catalog-breadcrumb = Navigationspfad
catalog-breadcrumb-provider = Anbieter <b>{ $id }</b>
catalog-not-available = Nicht verfügbar

## The frame of every page

shell-notice = Hinweis
shell-skip = Zum Inhalt springen
shell-credentials = Zugangsdaten bleiben auf dem Server. Die Seite erhält sie nie.
shell-admin = Administration
shell-sign-out = Abmelden
shell-theme = Design
theme-system = System
theme-light = Hell
theme-dark = Dunkel

## The home page

home-lead = Jede API auf einer Webseite ausprobieren, ohne dass die Seite je deren Schlüssel erhält.
home-fact-credential = Der Server verwahrt die Zugangsdaten und führt den Aufruf aus.
home-fact-secrets = Geheimnisse in Antworten sind maskiert und lassen sich trotzdem verwenden.
home-fact-code = Jeden Aufruf gibt es auch als Code für { $count } HTTP-Clients.
home-recent = Zuletzt geöffnet
home-recent-empty = Operationen, die Sie öffnen, erscheinen hier.
home-categories = Kategorien
home-card-unavailable = Derzeit nicht verfügbar: Das OpenAPI-Dokument konnte nicht geladen werden.
home-card-version = Version { $version }
# "count" is the number of groups that "groups", a list, leaves out.
home-card-groups =
    { $count ->
        [0] { $groups }
        [one] { $groups } und { $count } weitere Gruppe
       *[other] { $groups } und { $count } weitere Gruppen
    }

## Lists of operations

list-nearest = Kein genauer Treffer. Am ähnlichsten:
list-operations =
    { $count ->
        [one] { $count } Operation
       *[other] { $count } Operationen
    }
list-deprecated = veraltet
list-previous-page = Vorherige Seite
list-next-page = Nächste Seite
list-pages = Seiten
list-page = Seite { $page } von { $last }

## Search

search-title = Suche
search-summary = Operationen nach Name, Pfad, Methode, Titel und Feld suchen.
search-label = Operationen suchen
search-placeholder = create user, /v1/users, phone_number
search-submit = Suchen
search-results = Suchergebnisse
search-suggestions = Gefundene Operationen
search-no-command = Kein Befehl passt zu „{ $query }“. Versuchen Sie es mit Design, Umgebung oder Startseite.
search-commands =
    { $count ->
        [one] { $count } Befehl
       *[other] { $count } Befehle
    }
search-no-operation = Keine Operation passt zu „{ $query }“. Versuchen Sie es mit weniger oder anderen Wörtern.
search-best = Die besten { $listed } von { $total } Treffern
search-no-recent = Keine zuletzt geöffneten Operationen

## Commands in the search

command-home = Gehe zur Startseite
# The user can also type this, or the first word of it, before the title. The title must come last.
command-go-to = Gehe zu { $title }
command-theme =
    { $theme ->
        [system] Design: System
        [light] Design: Hell
       *[dark] Design: Dunkel
    }
command-environment = Umgebung: { $name }
# Further words that find a command: in lower case, with spaces between them.
command-open-keywords = öffnen
command-theme-keywords = wechseln wählen modus farben theme
command-environment-keywords = wechseln wählen server

## Sign in

sign-in-title = Anmelden
sign-in-summary = Melden Sie sich an, um diesen Explorer zu verwenden.
sign-in-lead = Melden Sie sich an, um APIs mit den Zugangsdaten des Betreibers aufzurufen.
sign-in-organization = Über Ihre Organisation anmelden
sign-in-or = oder
sign-in-token = Zugriffstoken
sign-in-token-hint = Beginnt mit aex_. Fragen Sie Ihren Administrator danach.
sign-in-submit = Anmelden

## A provider whose document could not be loaded

unavailable-summary = Derzeit nicht verfügbar.
unavailable-lead = Diese API ist derzeit nicht verfügbar: Ihr OpenAPI-Dokument konnte nicht geladen werden.
unavailable-document = Dokument
unavailable-reason = Grund
unavailable-since = Seit
unavailable-next-attempt = Nächster Versuch
unavailable-no-attempt = Keiner. Der Betreiber muss das Dokument korrigieren und den Server neu starten.
stale-copy-note = Diese Seite verwendet die Kopie des Dokuments, die am { $fetched } abgerufen wurde. Das aktuelle Dokument ist seit { $since } nicht verfügbar: { $reason }
stale-copy-next-attempt = Nächster Versuch: { $time }.

## Parts of a document that could not be read

unreadable-parts-title = Nicht lesbare Teile
unreadable-parts-note = Das Dokument enthält Fehler in dieser Operation. Oben können Angaben fehlen.

## A page that does not exist or is not available

not-found-title = Nicht gefunden
not-found-page = Diese Seite gibt es nicht.
not-found-category = Diese Kategorie gibt es nicht.
not-found-provider = Diesen Anbieter gibt es nicht.
not-found-group = Diese Gruppe gibt es nicht.
not-found-webhook = Diesen Webhook gibt es nicht.
not-found-operation = Diese Operation gibt es nicht.
not-found-home = Zurück zur Startseite
not-found-provider-operations = Alle Operationen dieses Anbieters
error-title = Nicht angezeigt

## A provider

provider-summary = Alle Operationen von { $provider }, jeweils mit Dokumentation und einem Formular zum Ausprobieren.
provider-version = Version { $version }
provider-document = OpenAPI-Dokument
provider-documentation = Dokumentation von { $provider }
provider-servers = Server
provider-servers-note = Die Umgebung „example“ benötigt keinen Server: Sie gibt Beispiele aus dem Dokument zurück.
provider-authentication = Authentifizierung
provider-token-sources = Möglichkeiten, ein Token zu erhalten:
provider-scheme-unsupported = Nicht unterstützt: { $reason }
provider-no-credential-yet = Das Dokument nennt keine Zugangsdaten. Aufrufe erfolgen ohne Zugangsdaten, bis Sie auf der Seite einer Operation welche eingeben.
provider-no-credential = Das Dokument nennt keine Zugangsdaten. Aufrufe erfolgen ohne Zugangsdaten.
provider-credentials-note = Geben Sie Zugangsdaten auf der Seite einer Operation ein. Sie bleiben auf dem Server.
provider-faults-note = Diese Teile des Dokuments sind nicht lesbar oder werden nicht unterstützt.
provider-more-faults =
    { $count ->
        [one] Und { $count } weiterer. Um alle aufzulisten, führen Sie <code>api-explorer check</code> aus.
       *[other] Und { $count } weitere. Um alle aufzulisten, führen Sie <code>api-explorer check</code> aus.
    }
provider-filter = Filter
provider-filter-label = Operationen von { $provider } filtern
provider-filter-submit = Filtern
provider-filter-none = Keine Operation passt zu „{ $filter }“.
provider-filtered = Gefilterte Operationen
provider-show-all =
    { $count ->
        [one] { $count } Operation anzeigen
       *[other] Alle { $count } Operationen anzeigen
    }

## The groups of a provider's operations

groups-summary = Operationen von { $provider }: { $group }.
groups-default-heading = Operationen
groups-other-heading = Weitere
groups-label = Gruppen
groups-below = Gruppen von { $group }
groups-all-operations = Alle { $count } Operationen von { $group }
groups-documentation = Dokumentation von { $provider } zu { $group }

## Webhooks and callbacks

webhooks-title = Webhooks
webhooks-note = Der Anbieter sendet diese Anfragen. Sie können hier nicht aufgerufen werden.
webhooks-more =
    { $count ->
        [one] Und { $count } weiterer im OpenAPI-Dokument.
       *[other] Und { $count } weitere im OpenAPI-Dokument.
    }
webhook-kind = Webhook
webhook-title = Webhook { $name }
webhook-summary = Ein Webhook von { $provider }.
webhook-note = Der Anbieter sendet diese Anfrage. Sie kann hier nicht aufgerufen werden.
webhook-recipient = <code>{ $name }</code>, an <code>{ $url }</code>
webhook-parameters = Parameter
webhook-responses = Erwartete Antworten
callbacks-title = Callbacks
callbacks-note = Der Anbieter sendet diese Anfragen nach einem Aufruf. Sie können hier nicht aufgerufen werden.

## Documentation of schemas

schema-types = Typen
schema-list = Liste ({ $item })
schema-map = Map ({ $item })
schema-or-null = oder null
schema-optional = optional

## Documentation of responses and bodies

messages-headers = Header
messages-links = Links
messages-link = <code>{ $name }</code> zu <a href="../{ $operation }"><code>{ $operation }</code></a>
messages-link-elsewhere = <code>{ $name }</code> zu <code>{ $target }</code>
# The values that a link passes on, after "messages-link" or "messages-link-elsewhere": one of them, with its place in
# the list.
messages-link-value =
    { $index ->
        [0] , mit <code>{ $name }</code> aus <code>{ $value }</code>
       *[other] , <code>{ $name }</code> aus <code>{ $value }</code>
    }
messages-example = Beispiel
description-more = mehr
description-less = weniger

## The page of an operation, of its responses, and the result of its form

operation-page-summary = { $method } { $path }: Dokumentation und ein Formular zum Ausprobieren.
responses-page-title = Antworten
responses-page-summary = Die Antworten von { $operation }, Feld für Feld.
# After the message of an error.
post-return-to-input = Mit der Schaltfläche „Zurück“ des Browsers kehren Sie zu Ihren Eingaben zurück.
post-invalid-fields = Einige Felder sind ungültig. Es wurde nichts gesendet. Korrigieren Sie die markierten Felder.

## Secrets and bodies of responses

placeholder-uses-title = Im nächsten Aufruf verwenden
placeholder-uses-explanation = Der Server ersetzt <code>{ $placeholder }</code> durch das Geheimnis, wenn er den Aufruf an { $provider } sendet, Umgebung <b>{ $environment }</b>.
placeholder-uses-none = Keine Operation hat ein Feld mit diesem Namen. Kopieren Sie den Platzhalter in ein beliebiges Feld für ein Geheimnis.
reveal-title = Geheimnis
reveal-value = Wert von <code>{ $placeholder }</code>:
reveal-note = Das Audit-Protokoll hält fest, dass Sie dieses Geheimnis angesehen haben. Mit der Schaltfläche „Zurück“ des Browsers kehren Sie zur Antwort zurück.
body-part-title = Body der Antwort

## An operation

operation-breadcrumb-provider = Anbieter <b>{ $provider }</b>
operation-original-title = Originaltitel: <span>{ $title }</span>
operation-vendor-docs = Dokumentation von { $provider }
operation-deprecated = Veraltet: wird möglicherweise entfernt.
operation-responses = Antworten
operation-responses-of = Antworten: { $operation }
operation-response-fields = Alle Felder der Antworten

## Links from an operation to others

operation-sidebar = Operationen
operation-all-groups = Alle { $count } Gruppen
operation-all-in-group = Alle { $count } Operationen
operation-previous = Vorherige
operation-next = Nächste
operation-related = Verwandte Operationen
operation-neighbors = Benachbarte Operationen

## An operation as Markdown

operation-markdown-lead = `{ $method } { $path }` von { $provider }, Operation `{ $operation }`
operation-markdown-environments = Umgebungen
operation-markdown-body = Body: { $media_type }
operation-markdown-call = Aufruf
operation-markdown-send = Senden Sie `POST { $path }` an diesen Server, der die Zugangsdaten hinzufügt:
operation-markdown-form = Das Formular finden Sie unter `{ $path }`.
operation-markdown-default = Standardwert `{ $value }`

## Try it

try-it-title = Ausprobieren
try-it-response = Antwort
try-it-input = Eingabe
try-it-views = Argumente anzeigen als
try-it-form-view = Formular
try-it-undo = Rückgängig
try-it-reset = Zurücksetzen
try-it-no-parameters = Diese Operation hat keine Parameter.
try-it-arguments = Argumente als JSON
try-it-body-rules = Regeln für den Body
try-it-body-format = Format des Bodys
try-it-any-media-type = beliebiger dokumentierter Typ
redraw-different-page = Der Server hat eine andere Seite zurückgegeben. Laden Sie diese Seite neu.
files-too-large = { $file } ist größer als 10 MB. Es wurde nichts gesendet. Wählen Sie eine kleinere Datei.
files-unreadable = { $file } kann nicht mehr gelesen werden. Es wurde nichts gesendet. Wählen Sie die Datei erneut aus.

## Card of the gateway

gateway-card-title = Gateway
gateway-card-this-calls = Dieser Server führt den Aufruf aus.
gateway-card-another-calls = Ein anderes Gateway führt den Aufruf aus.
gateway-card-choose = Wählen, welcher Server den Aufruf ausführt
gateway-card-about = Das Gateway leitet Anfragen weiter und fügt die Zugangsdaten auf dem Server ein. Richten Sie oben die Zugangsdaten ein, und geben Sie dann die URL Ihres Gateways ein.
gateway-card-others-disabled = Andere Gateways sind deaktiviert. Der Betreiber kann sie in EXPLORER_OTHER_GATEWAYS aktivieren.
gateway-card-this = Dieser Server
gateway-card-another = Anderes Gateway
gateway-card-url = Gateway-URL
gateway-card-invalid-url = Muss eine URL sein, etwa https://explorer.example.com.
gateway-card-saved = Wird automatisch im Browser gespeichert.
gateway-card-requires-script = Ein anderes Gateway erfordert JavaScript, weil der Browser es aufruft. Ohne JavaScript führt dieser Server den Aufruf aus.

## Code snippet

snippet-panel-title = Code-Snippet
snippet-panel-note = Wird laufend aktualisiert, während Sie das Formular oben ausfüllen.
snippet-panel-client = Sprache oder Client
snippet-panel-common-clients = Gängige Clients
snippet-panel-show = Code anzeigen
snippet-panel-wrap = Zeilen umbrechen
snippet-panel-save = Als Datei speichern
snippet-panel-run = Ausführen
snippet-panel-commands = Befehle
snippet-panel-secret-source = Geheimnisse lesen aus

## Buttons that copy

copy-button = Kopieren
copy-link = Link kopieren
copy-markdown = Als Markdown kopieren
copy-path = Pfad kopieren
copy-value = Wert kopieren
copy-done = Kopiert
copy-failed = Kopieren fehlgeschlagen
copy-not-available = Nicht verfügbar

## Results of saving and clearing a credential

credential-news-saved = Für diese Sitzung gespeichert.
credential-news-cleared = Gelöscht.

## Status and response of a call

call-status-sending = Wird gesendet …
call-status-refused = Nicht gesendet. Korrigieren Sie die markierten Felder.
call-status-cancelled = Abgebrochen. Der Anbieter hat den Aufruf möglicherweise trotzdem erhalten.
call-status-cancelled-stream = Abgebrochen. Die Verbindung zum Anbieter wurde geschlossen.
changes-since-last = Änderungen seit der letzten Antwort ({ $count })
receiving-stream = Stream wird empfangen …
load-part-failed = Dieser Teil konnte nicht geladen werden. Senden Sie die Anfrage erneut.

## Requests of the browser that fail

remote-no-response = Dieser Server hat nicht geantwortet. Prüfen Sie, ob er läuft und ob Sie online sind, und senden Sie dann erneut.
remote-request-too-large = Die Anfrage ist größer, als dieser Server akzeptiert.
remote-gateway-no-response = Das Gateway unter { $url } hat dieser Seite nicht geantwortet. Prüfen Sie, ob die URL stimmt, ob das Gateway läuft und ob es diesen Explorer zulässt (Einstellung EXPLORER_ALLOWED_ORIGINS).
remote-not-a-gateway = Der Server unter { $url } ist kein Gateway: Seine Antwort hat ein anderes Format.

## Search and filter in the browser

suggestions-unavailable = Die Suche ist nicht verfügbar. Prüfen Sie, ob der Server läuft und ob Sie online sind, und tippen Sie dann erneut.
list-filter-found = { $count } von { $total } Operationen
list-filter-nothing-found = Keine Operation passt. Drücken Sie die Eingabetaste, um auch Felder zu durchsuchen und Tippfehler zuzulassen.

## The request bar of an operation

request-bar-send = Senden
request-bar-send-keys = Strg+Enter
request-bar-cancel = Abbrechen
request-bar-waiting = Warten auf die Antwort
request-bar-environment = Umgebung
request-bar-examples = Beispiele
request-bar-server-variables = Servervariablen
request-bar-unaccepted-change = Die Zugangsdaten des Betreibers werden für diese Operation nicht verwendet: Das Dokument hat sich geändert ({ $reason }), und kein Administrator hat die Änderung akzeptiert.
request-bar-denied = { $reason } Bitten Sie den Betreiber dieses Servers um Zugriff oder speichern Sie eigene Zugangsdaten.
request-bar-unlock = { $environments } für { $duration } entsperren
request-bar-unlock-hint = Diese Umgebung enthält echte Daten. Sie ist schreibgeschützt, bis Sie sie entsperren.
request-bar-confirm = Bestätigung
request-bar-confirm-by-parameter = Dies löscht endgültig. Geben Sie zur Bestätigung den Wert von <code>{ $name }</code> erneut ein.
request-bar-confirm-by-operation = Dies löscht endgültig. Geben Sie zur Bestätigung <code>{ $name }</code> ein.

## The Authentication card of an operation

authentication-card-title = Authentifizierung
authentication-card-none-named = Das Dokument nennt keine Zugangsdaten.
authentication-card-none-needed = Diese Operation benötigt keine Zugangsdaten.
authentication-card-optional = Zugangsdaten sind für diese Operation optional.
authentication-card-configure = Zugangsdaten für { $provider } konfigurieren
authentication-card-save = Zugangsdaten speichern
authentication-card-clear = Löschen
authentication-card-alternatives = Eine dieser Möglichkeiten
authentication-card-all-required = Alle diese Angaben sind erforderlich.
authentication-card-unusable = Hier nicht verwendbar: { $reason }.
authentication-card-repeated = { $scheme }: wie oben.
authentication-card-client-credentials = Dieser Server verwendet Client-ID und Secret, um ein Access-Token abzurufen und zu erneuern. Alternativ können Sie nur ein Token eingeben.

## The form of an operation

form-not-set = nicht gesetzt
form-field-cannot-show-value = Das Eingabefeld kann diesen Wert nicht darstellen.
form-cannot-show-values = Das Formular kann einige dieser Werte nicht darstellen. Sie können sie aus der JSON-Ansicht senden.

## The fields of the form

fields-optional = { $count } optionale Felder
fields-other-title = Felder, die nicht im Dokument stehen
fields-other-hint = Werden unverändert im Body gesendet. Werte sind JSON: Zeichenketten erfordern Anführungszeichen.
fields-other-name = Weitere Felder
fields-or-null = { $kind } oder null
fields-required = erforderlich
fields-variant = Variante von { $field }
fields-show = Felder anzeigen
fields-open = Ausfüllen<span class="visually-hidden">: { $field }</span>
fields-add-row = Hinzufügen<span class="visually-hidden"> zu „{ $list }“</span>
fields-remove-row = Entfernen<span class="visually-hidden"> aus „{ $list }“</span>
fields-key = Schlüssel
fields-key-placeholder = Schlüssel
fields-value = Wert
fields-value-placeholder = "JSON-Wert"
fields-json-value = JSON-Wert
fields-as-json = { $field } als JSON
fields-enter-json = Beliebigen Wert als JSON eingeben, z. B. null oder eine leere Zeichenkette
fields-enter-plain = Wert wieder im eigenen Eingabefeld eingeben

## The control of a single value

controls-example = z. B. { $example }
controls-file-lost = Um <b>{ $filename }</b> erneut zu senden, wählen Sie die Datei erneut aus.
controls-file-kept-after = { " " }wird gesendet, sofern Sie keine andere Datei auswählen.{ " " }
controls-remove-file = Datei entfernen

## The default and the examples of a field

suggestions-default-before = Standardwert:{ " " }
suggestions-use-default = Standardwert verwenden

## The constraints of a value, in a few words

constraint-characters = { $count } Zeichen
constraint-characters-between = { $min } bis { $max } Zeichen
constraint-min-characters = min. { $min } Zeichen
constraint-max-characters = max. { $max } Zeichen
constraint-pattern = entspricht { $pattern }
constraint-between = { $min } bis { $max }
constraint-min = min. { $min }
constraint-max = max. { $max }
constraint-more-than = größer als { $bound }
constraint-less-than = kleiner als { $bound }
constraint-multiple = Vielfaches von { $step }
constraint-items = { $count ->
    [one] { $count } Element
   *[other] { $count } Elemente
}
constraint-items-between = { $min } bis { $max } Elemente
constraint-min-items = { $min ->
    [one] min. { $min } Element
   *[other] min. { $min } Elemente
}
constraint-max-items = { $max ->
    [one] max. { $max } Element
   *[other] max. { $max } Elemente
}
constraint-unique-items = alle verschieden

## The response to a call: its status and what is said about it

response-failed = Fehlgeschlagen
response-from-document = Beispielantwort aus der Dokumentation. Es wurde nichts gesendet.
response-request-id = Anfrage <code>{ $id }</code>
response-retry = Der Anbieter nimmt den nächsten Aufruf in <strong id="retry">{ $wait }</strong> an.
response-retry-here = Sie können in <strong id="retry">{ $wait }</strong> wieder senden.
response-documented = Senden Sie die Anfrage, um die Antwort zu sehen. Beispiel aus der Dokumentation, Status { $status }:
response-matches = Die Antwort entspricht der Dokumentation.
response-differs = Abweichungen von der Dokumentation ({ $count })
response-more-differences = Und { $count } weitere.
response-masked =
    { $count ->
        [one] { $count } Geheimnis ist maskiert. Sie können den Platzhalter { $hours } Stunden lang in späteren Aufrufen verwenden.
       *[other] { $count } Geheimnisse sind maskiert. Sie können die Platzhalter { $hours } Stunden lang in späteren Aufrufen verwenden.
    }
response-masked-values =
    { $count ->
        [one] { $count } möglicherweise geheimer Wert ist maskiert. Sie können den Platzhalter { $hours } Stunden lang in späteren Aufrufen verwenden. Um den Wert zu sehen, bitten Sie den Betreiber um die Berechtigung <code>reveal</code>, oder speichern Sie eigene Zugangsdaten.
       *[other] { $count } möglicherweise geheime Werte sind maskiert. Sie können die Platzhalter { $hours } Stunden lang in späteren Aufrufen verwenden. Um die Werte zu sehen, bitten Sie den Betreiber um die Berechtigung <code>reveal</code>, oder speichern Sie eigene Zugangsdaten.
    }
response-masked-not-stored =
    { $count ->
        [one] { $count } Geheimnis ist maskiert und konnte nicht gespeichert werden. Spätere Aufrufe können es daher nicht verwenden.
       *[other] { $count } Geheimnisse sind maskiert und konnten nicht gespeichert werden. Spätere Aufrufe können sie daher nicht verwenden.
    }
response-masked-values-not-stored =
    { $count ->
        [one] { $count } möglicherweise geheimer Wert ist maskiert und konnte nicht gespeichert werden. Spätere Aufrufe können ihn daher nicht verwenden.
       *[other] { $count } möglicherweise geheime Werte sind maskiert und konnten nicht gespeichert werden. Spätere Aufrufe können sie daher nicht verwenden.
    }
# "response-next-page-before" stands between the button "response-next-page" and the names of the fields that it fills in,
# and "response-next-page-after" after these names.
response-next-page = Nächste Seite
response-next-page-before = trägt
response-next-page-after = { " " }ein. Senden Sie dann erneut.
# Before and after links to operations.
response-links-before = Weiter mit
response-links-after = { "." } Das Formular wird aus dieser Antwort ausgefüllt.
# A number with one decimal place.
response-decimal = { $whole },{ $tenth }

## The views of a response

response-views = Ansicht der Antwort
response-receipt = Beleg
response-tree = Baum
response-table = Tabelle
response-raw = Rohtext
response-raw-body = Body als Rohtext
response-no-body = Die Antwort hat keinen Body.
response-binary = Der Body ist binär ({ $media_type }) und wird daher nicht angezeigt.
response-unknown-type = unbekannter Typ
response-start = Die ersten { $shown } von { $size } werden angezeigt.
response-start-to-download = Die ersten { $shown } von { $size } werden angezeigt. Laden Sie den Body herunter, um ihn vollständig zu sehen.
response-download = Herunterladen

## Errors of calls

response-request-failed = Anfrage fehlgeschlagen.
response-named-problems = Der Anbieter nennt diese Probleme:
response-error-documentation = Dokumentation des Anbieters zu diesem Fehler
provider-request-id = Anfrage-ID des Anbieters
response-problem-instance = Auftreten des Problems
response-other-status = Laut Body ist der Status { $status }.

## The meaning of a response's status

status-processing = Der Anbieter verarbeitet die Anfrage noch.
status-no-content = Der Aufruf war erfolgreich und hat keinen Inhalt zurückgegeben.
status-success = Der Aufruf war erfolgreich.
status-redirect = Der Anbieter hat die Anfrage umgeleitet. Zum Schutz der Zugangsdaten folgt der Explorer keinen Umleitungen.
status-arguments-rejected = Der Anbieter hat die Argumente abgelehnt.
status-unauthorized = Der Anbieter verlangt gültige Zugangsdaten.
status-forbidden = Die Zugangsdaten berechtigen nicht zu diesem Aufruf.
status-not-found = Der Anbieter hat nichts mit diesem Namen oder dieser ID gefunden.
status-conflict = Der Aufruf steht im Konflikt mit dem aktuellen Zustand der Ressource.
status-too-large = Die Anfrage ist zu groß für den Anbieter.
status-rate-limit = Das Ratenlimit ist überschritten.
status-call-rejected = Der Anbieter hat den Aufruf abgelehnt.
status-provider-failed = Der Anbieter konnte den Aufruf nicht verarbeiten.
status-cause-unauthorized = Wahrscheinliche Ursache: Die Zugangsdaten enthalten einen Tippfehler, sind abgelaufen, wurden ersetzt oder gehören zu einer anderen Umgebung. Speichern Sie sie unter „Authentifizierung“ erneut.
status-cause-forbidden = Wahrscheinliche Ursache: Das Konto oder das Token, zu dem die Zugangsdaten gehören, darf diese Operation nicht verwenden. Prüfen Sie dessen Berechtigungen beim Anbieter.
status-cause-not-found = Wahrscheinliche Ursache: Eine ID enthält einen Tippfehler, gehört zu einer anderen Umgebung oder einem anderen Konto oder verweist auf etwas, das gelöscht wurde.
status-cause-rate-limit = Wahrscheinliche Ursache: zu viele Aufrufe in kurzer Zeit. Warten Sie einen Moment und senden Sie dann erneut.
status-cause-provider-failed = Das Problem liegt beim Anbieter. Senden Sie später erneut. Ihre Eingaben bleiben im Formular.

## Streams

stream-items = Elemente
stream-item-count =
    { $count ->
        [one] { $count } Element.
       *[other] { $count } Elemente.
    }
stream-last-items =
    { $count ->
        [one] { $count } Element. Die letzten { $shown } werden angezeigt.
       *[other] { $count } Elemente. Die letzten { $shown } werden angezeigt.
    }
stream-ended = Der Anbieter hat den Stream beendet.
stream-time-limit = Das Zeitlimit wurde erreicht, daher wurde die Verbindung geschlossen. Möglicherweise gibt es weitere Elemente.
stream-size-limit = Das Größenlimit wurde erreicht, daher wurde die Verbindung geschlossen. Möglicherweise gibt es weitere Elemente.
stream-stopping = Der Explorer wird beendet, daher wurde die Verbindung geschlossen.
stream-interrupted = Die Verbindung wurde vor dem Ende des Streams geschlossen.

## Masked secrets

masked-show = Anzeigen
masked-hide = Verbergen

## The receipt of a call

receipt-request = Anfrage
receipt-connection = Verbindung
receipt-connection-reused = wiederverwendet
receipt-sent = Gesendet
receipt-dns-lookup = DNS-Abfrage
receipt-connect = Verbindungsaufbau
receipt-first-byte = Erstes Byte
receipt-body-received = Body empfangen
receipt-received = Empfangen
receipt-explorer-request-id = Anfrage-ID des Explorers
receipt-rule = Erlaubt durch Regel
receipt-bytes = { $count } Byte
receipt-milliseconds = { $whole },{ $tenth } ms

## The administration page

admin-heading = Administration
admin-lead = Eine Deaktivierung wirkt innerhalb einer Sekunde auf allen Servern. Zugangsdaten, Token und Benutzer bleiben deaktiviert, bis ein Administrator sie wieder aktiviert.
admin-audit = Audit-Protokoll
admin-credentials = Zugangsdaten des Betreibers
admin-credentials-none = Keine. Benutzer geben ihre eigenen Zugangsdaten ein.
admin-credential-fingerprint = Fingerabdruck { $fingerprint }
admin-tokens = Zugriffstoken
admin-tokens-none = Keine. Um eines zu erstellen, führen Sie auf dem Server api-explorer token create aus.
admin-token-rules = { $id } · darf aufrufen: { $rules }
admin-users = Benutzer
admin-users-none = Kein Benutzer ist angemeldet oder deaktiviert.
admin-user-name = Benutzername oder E-Mail-Adresse
admin-disable-user = Benutzer deaktivieren
admin-enable = Aktivieren
admin-enable-item = { $name } aktivieren
admin-disable = Deaktivieren
admin-disable-item = { $name } deaktivieren
admin-disabled-by = deaktiviert von { $name }

## The documents on the administration page

admin-documents-heading = Dokumente
admin-documents-lead = Die Zugangsdaten des Betreibers werden nur für Operationen der akzeptierten Version eines Dokuments verwendet.
admin-documents-none = Keine. Nur Dokumente von Anbietern mit Zugangsdaten des Betreibers können ändern, wofür diese verwendet werden; das eingebaute Dokument ändert sich mit dem Programm.
admin-documents-all-accepted = Alle Versionen sind akzeptiert (Einstellung <code>accept</code>).
admin-documents-current-accepted = Die aktuelle Version ist die akzeptierte.
admin-documents-accepted-at-first-use = bei der ersten Verwendung akzeptiert, { $time }: <code>{ $hash }</code>
admin-documents-accepted-by = akzeptiert von { $name }, { $time }: <code>{ $hash }</code>
admin-documents-current = aktuell: <code>{ $hash }</code>
admin-documents-never-accepted = Es wurde noch keine Version akzeptiert, daher werden alle Operationen abgelehnt.
admin-documents-changed = Das Dokument hat sich geändert. Hinzugefügte und geänderte Operationen werden abgelehnt, bis Sie sie akzeptieren.
admin-documents-changed-harmlessly = Das Dokument hat sich geändert. Keine Änderung wirkt sich darauf aus, welche Operationen akzeptiert sind.
admin-documents-added = Hinzugefügt ({ $count })
admin-documents-altered = Geändert ({ $count })
admin-documents-removed = Entfernt ({ $count })
admin-documents-more-operations = und { $count } weitere, die `api-explorer check` auflistet
admin-documents-accept = Akzeptieren
admin-documents-accept-provider = Dokument von { $provider } akzeptieren

## The facts about an operation that differ between two versions of a document

admin-fact-name = Name
admin-fact-tags = Tags
admin-fact-server-names = Servernamen
admin-fact-servers = Server
admin-fact-security = Sicherheit
admin-fact-parameters = Parameter
admin-fact-slash-parameters = Pfadparameter mit Schrägstrichen

## The faults of documents on the administration page

admin-faults-none = Bisher keine. Nach einem Start werden alle Operationen im Hintergrund gelesen.
admin-faults-lead = Diese Teile der Dokumente sind fehlerhaft oder werden nicht unterstützt und fehlen auf Seiten und in Aufrufen.
admin-faults-of-provider = { $count ->
    [one] { $provider }: { $count } Teil
   *[other] { $provider }: { $count } Teile
}
admin-faults-all = { $count ->
    [one] { $count } Teil
   *[other] Alle { $count } Teile
}
admin-faults-more-documents = { $count ->
    [one] und { $count } weiteres Dokument, das `api-explorer check` auflistet
   *[other] und { $count } weitere Dokumente, die `api-explorer check` auflistet
}

## The audit log

audit-heading = Audit-Protokoll
audit-lead = Wer was wann getan hat. Argumente und Antworten werden nicht aufgezeichnet.
audit-when = Wann (UTC)
audit-who = Wer
audit-who-hint = Name oder Token-ID
audit-what = Was
audit-what-hint = Operation, Fehlercode, live
audit-environment = Umgebung
audit-result = Ergebnis
audit-duration = Dauer
audit-rule = Regel
audit-filter = Filtern
audit-download = Als JSON Lines herunterladen
audit-records = Einträge
audit-none = Keine passenden Einträge.
audit-older = Ältere Einträge
audit-done = erledigt
audit-result-times = { $result }, { $count }-mal
audit-action = { $action ->
    [accept_document] Dokument akzeptieren
    [clear_credential] Zugangsdaten löschen
    [lock] sperren
    [reveal] anzeigen
    [save_credential] Zugangsdaten speichern
    [sign_in] anmelden
    [sign_out] abmelden
    [switch_off] deaktivieren
    [switch_on] aktivieren
    [unlock] entsperren
   *[other] { $words }
}

## The state of the credential on the page of an operation

credential-state-none = Keine Zugangsdaten gespeichert.
credential-state-none-example = Keine Zugangsdaten gespeichert. Bis Sie welche speichern, verwenden Aufrufe standardmäßig die Umgebung „example“.
credential-state-operator = Zugangsdaten des Betreibers werden verwendet
credential-state-own = Ihre Zugangsdaten werden für diese Sitzung verwendet
credential-state-fingerprint = Fingerabdruck { $fingerprint }
credential-state-schemes = für { $schemes }
credential-state-insufficient = für diese Operation nicht ausreichend

## The hint beside the button Send

sending-hint-live-change = LIVE: Dieser Aufruf ändert echte Daten.
sending-hint-live-read = LIVE: Dieser Aufruf liest echte Daten.
sending-hint-example = Die Umgebung „example“ gibt ein Beispiel aus der Dokumentation zurück. Es wird nichts gesendet.
sending-hint-credential = Diese Umgebung erfordert Zugangsdaten. Speichern Sie Ihre unter „Authentifizierung“.
sending-hint-gateway-url = Geben Sie oben eine Gateway-URL ein, um senden zu können.

## The bar above pages while live data is unlocked

live-bar-unlocked = <strong>LIVE entsperrt</strong> Aufrufe können echte Daten von { $provider } ändern. Noch { $remaining }.
live-bar-lock = Wieder sperren

## JSON bodies as trees

body-label = Body
json-tree-fields = { $count ->
    [one] { $count } Feld
   *[other] { $count } Felder
}
json-tree-items = { $count ->
    [one] { $count } Element
   *[other] { $count } Elemente
}
large-json-path = Pfad
large-json-previous = Vorherige
large-json-fields = Felder { $from } bis { $to }
large-json-items = Elemente { $from } bis { $to }
large-json-bytes = { $count } Byte
json-search-label = In der Antwort suchen
json-search-find = Suchen
json-search-first = Die ersten { $count } Fundstellen werden angezeigt.
json-search-found = { $count ->
    [0] Nichts gefunden.
    [one] { $count } Stelle gefunden.
   *[other] { $count } Stellen gefunden.
}

## Previews of bodies

preview-first-rows = Die ersten { $shown } Zeilen werden angezeigt.
preview-first-rows-of = Die ersten { $shown } von { $count } Zeilen werden angezeigt.
preview-source = Quelltext
preview-source-start = Der Anfang des Quelltexts wird angezeigt. Die Ansicht „Rohtext“ enthält mehr davon.
preview-image = Bild in der Antwort
preview-audio = Audio in der Antwort
preview-video = Video in der Antwort
preview-pdf = PDF in einem neuen Tab öffnen
preview-binary = Der Body ist binär ({ $media_type }). Laden Sie ihn herunter, um ihn zu öffnen.
preview-binary-of-unknown-type = Der Body ist binär (unbekannter Typ). Laden Sie ihn herunter, um ihn zu öffnen.
preview-bytes = Bytes
preview-first-bytes = Die ersten { $count } Byte:
preview-hexadecimal = Bytes in Hexadezimaldarstellung

## Snippets

snippet-line-count = { $count ->
    [one] { $count } Zeile
   *[other] { $count } Zeilen
}
snippet-note-unsupported = <b>Mit diesem Client nicht möglich:</b> { $reason } Wählen Sie einen anderen Client.
snippet-note-verified = <b class="proven">Geprüft</b> In unseren Tests sendet dieser Code dieselbe Anfrage wie der Explorer.
snippet-note-generated = Aus der Anfrage erzeugt, die der Explorer sendet. In unseren Tests nicht ausgeführt.
snippet-note-vendor-sdk = Verwendet das SDK des Anbieters.
snippet-note-code-sample = <b>Vom Anbieter, nicht geprüft.</b> Ihre Argumente ersetzen die passenden Werte.

## Lists in sentences

# Between the parts of a list of any length.
list-and = { " " }und{ " " }
list-or = { " " }oder{ " " }
# Between alternatives that are lists with "list-and".
list-comma-or = , oder{ " " }

## Problems of arguments

check-leave-out-of-body = Lassen Sie dieses Feld weg: { $name } ist der gesamte Body.
check-part-not-sent = Ist ein Header eines Teils, der nicht gesendet wird. Lassen Sie ihn weg.
# "names" is a list with "list-or".
check-ambiguous-name = Mehrere Parameter haben diesen Namen. Verwenden Sie { $names }.
check-unknown-field = Diese Operation hat kein Feld mit dem Namen { $name }.
check-required = Dieses Feld ist erforderlich.
check-null = Darf hier nicht null sein. Lassen Sie das Feld stattdessen weg.
check-path-value = Ist Teil des Pfads: darf nicht leer sein und Folgendes nicht enthalten: \, Steuerzeichen, codierte Schrägstriche sowie „.“ oder „..“ zwischen Schrägstrichen.
check-cookie-value = Wird ohne Codierung als Cookie gesendet: darf nur ASCII-Zeichen und keine Leerzeichen, Anführungszeichen, Kommas, Semikolons oder Backslashes enthalten.
check-one-of = Muss einer dieser Werte sein: { $choices }.
check-file = Muss eine Datei sein: { "{" } "filename", "contentType", "base64" { "}" }.
# "expected" and "actual" are "check-type-text" to "check-type-json", or null. "expected" can be a list with "list-or".
check-type = Muss { $expected } sein, nicht { $actual }.
check-type-text = Text
check-type-whole-number = eine Ganzzahl
check-type-number = eine Zahl
check-type-boolean = true oder false
check-type-list = eine Liste
check-type-object = ein Objekt
check-type-json = ein JSON-Wert
check-json-content = Muss JSON enthalten. Ab Zeichen { $position } ist es ungültig.
# "problem" is another problem, a sentence.
check-in-json = Im enthaltenen JSON: { $problem }
check-in-json-at = Im enthaltenen JSON, bei { $location }: { $problem }
check-no-variant = Entspricht keiner dieser Varianten: { $variants }.
# "kind" is the keyword of JSON Schema, "count" the actual number.
check-limit = { $kind ->
    [maxLength] Höchstens { $limit } Zeichen; vorhanden: { $count }.
    [minLength] Mindestens { $limit } Zeichen; vorhanden: { $count }.
    [maxItems] { $limit ->
        [one] Höchstens { $limit } Element; vorhanden: { $count }.
       *[other] Höchstens { $limit } Elemente; vorhanden: { $count }.
    }
    [minItems] { $limit ->
        [one] Mindestens { $limit } Element; vorhanden: { $count }.
       *[other] Mindestens { $limit } Elemente; vorhanden: { $count }.
    }
    [maxProperties] { $limit ->
        [one] Höchstens { $limit } Feld; vorhanden: { $count }.
       *[other] Höchstens { $limit } Felder; vorhanden: { $count }.
    }
   *[minProperties] { $limit ->
        [one] Mindestens { $limit } Feld; vorhanden: { $count }.
       *[other] Mindestens { $limit } Felder; vorhanden: { $count }.
    }
}
check-repeated-item = Kein Element darf doppelt vorkommen: { $item }.
check-pattern = Muss dem Muster { $pattern } entsprechen.
# "description" is from the document: letters, digits and hyphens.
check-pattern-described = Nur { $description }.
check-format-uuid = Muss eine UUID sein, etwa 123e4567-e89b-12d3-a456-426614174000.
check-format-date-time = Muss aus Datum und Uhrzeit bestehen, etwa 2026-11-23T09:30:00Z.
check-format-date = Muss ein Datum sein, etwa 2026-11-23.
check-format-time = Muss eine Uhrzeit sein, etwa 09:30:00Z.
check-format-url = Muss eine vollständige URL sein, etwa https://example.com/path.
check-format-email = Muss eine E-Mail-Adresse sein, etwa name@example.com.
check-format-phone-number = Muss eine Telefonnummer im Format E.164 sein: +, Ländervorwahl und Nummer, etwa +15005550006.
check-whole-number = Muss eine Ganzzahl sein.
check-minimum = Muss mindestens { $limit } sein.
check-maximum = Darf höchstens { $limit } sein.
check-exclusive-minimum = Muss größer als { $limit } sein.
check-exclusive-maximum = Muss kleiner als { $limit } sein.
check-multiple = Muss ein Vielfaches von { $step } sein.
# "alternatives" is a list of names of fields, with "list-and" and "list-comma-or".
check-must-have = Muss Folgendes haben: { $alternatives }.

## Delimiters in the items of lists

# "delimiter" is one of the texts below.
delimiter-in-item = Die Elemente dürfen keine { $delimiter } enthalten, da diese sie trennen.
delimiter-commas = Kommas
delimiter-spaces = Leerzeichen
delimiter-tabs = Tabulatoren
delimiter-vertical-bars = senkrechten Striche
delimiter-periods = Punkte
delimiter-brackets = eckigen Klammern in Namen
delimiter-equals-signs = Gleichheitszeichen in Namen

## Values of server variables

server-variable-unknown = Der Server der Umgebung { $environment } hat keine Variable { $name }. Lassen Sie sie weg.
server-variable-invalid = Die Servervariable { $name } muss aus Buchstaben, Ziffern und -._~: bestehen und darf kein Punktsegment sein. Es wurde nichts gesendet.

## The values of a form

form-reading-own-input = { $name } hat oben ein eigenes Eingabefeld.
form-reading-earlier-value = Geben Sie einen Wert ein: Ein späterer ist gesetzt.
form-reading-whole-number = Muss eine Ganzzahl sein, etwa 10.
form-reading-number = Muss eine Zahl sein, etwa 10 oder 2.5.
form-reading-listed-value = Muss einer der aufgeführten Werte sein.
form-reading-value = Geben Sie einen Wert ein.
form-reading-json-value = Geben Sie einen JSON-Wert ein, etwa "gold" oder 1.
form-reading-key = Geben Sie einen Schlüssel ein.
form-reading-repeated-key = Dieser Schlüssel wird zweimal verwendet.
form-reading-arguments = Die Argumente müssen ein einziges JSON-Objekt sein: { "{" } "name": Wert, … { "}" }
form-reading-json-quotes = Ungültiges JSON. Text erfordert Anführungszeichen: "{ $text }"
form-reading-json-incomplete = Unvollständiges JSON: Es endet vor einem erforderlichen { "}" }, ] oder ".
form-reading-json-invalid = Ungültiges JSON in Zeile { $line }, Spalte { $column }, vor { $excerpt }

## Bodies of XML

xml-not-text = Muss ein einzelner Wert sein: Er ist ein Attribut oder der Text eines XML-Elements.
xml-null = Darf nicht null sein: Der Wert ist ein Attribut oder der Text eines XML-Elements. Lassen Sie ihn weg.
xml-empty-list = XML kann diese leere Liste nicht ausdrücken, da sie kein eigenes Element hat. Lassen Sie sie weg.
xml-list-of-attributes = XML kann diese Liste nicht ausdrücken: Im Dokument sind ihre Elemente Attribute.
xml-nesting = Ist zu tief verschachtelt.
xml-character = XML kann das Zeichen U+{ $code } nicht enthalten.
xml-name = { $name } ist in XML kein gültiger Name.
xml-repeated-attribute = Das XML-Element hat bereits ein Attribut { $name }.
xml-reserved-prefix = Das Präfix xml und sein Namensraum sind reserviert.
xml-ambiguous-prefix = Das Präfix { $prefix } hat hier zwei Namensräume: { $first } und { $second }.
xml-unknown-prefix = Das Dokument nennt keinen Namensraum für das Präfix { $prefix }.
xml-encoding = Das XML gibt die Codierung { $encoding } an, wird aber in UTF-8 gesendet.
# "reason" is in English.
xml-syntax = Muss wohlgeformtes XML sein: { $reason }.

## Errors of the explorer

explorer-error-request-too-large = Die Anfrage überschreitet das Limit von { $limit } Byte. Es wurde nichts gesendet.
# "problem" is a sentence.
explorer-error-invalid-field = Prüfen Sie das Feld { $field }: { $problem }
explorer-error-invalid-fields = { $count } Felder sind ungültig.
explorer-error-confirmation = Stimmt nicht überein, daher wurde nichts gelöscht.
explorer-error-marked-fields = Es wurde nichts gesendet. Korrigieren Sie die markierten Felder.
explorer-error-malformed-request = Die Anfrage konnte nicht gelesen werden. Laden Sie die Seite neu und versuchen Sie es erneut.
explorer-error-internal = Ein interner Fehler ist aufgetreten. Das Serverprotokoll zeigt die Ursache.

## Types and locations of fields

schema-type-text = Text
schema-type-whole-number = Ganzzahl
schema-type-number = Zahl
schema-type-boolean = true oder false
schema-type-choice = Auswahl
schema-type-list = Liste
schema-type-object = Objekt
schema-type-map = Map
schema-type-union = eines von mehreren
schema-type-file = Datei
# These are after the type: text in the query.
schema-in-path = im Pfad
schema-in-query = in der Query
schema-as-query = als gesamte Query
schema-in-header = in einem Header
schema-in-cookie = in einem Cookie
schema-in-part-header = in einem Header des Teils
# The variant of a union that applies to all values that no other is for.
union-default-variant = { $title } (Standard)

## Rules of a schema

schema-rule-each-item = Jedes Element: { $rule }
# "value" is one of the texts from "schema-rule-be-value" to "schema-rule-have-set", or several with "list-and".
schema-rule-pattern-fields = Jedes Feld, dessen Name { $pattern } entspricht, muss { $value }.
schema-rule-pattern-fields-undescribed = Felder, deren Name { $pattern } entspricht: siehe OpenAPI-Dokument.
schema-rule-field-names = Der Name jedes Feldes muss { $value }.
schema-rule-no-other-fields = Andere Felder sind nicht erlaubt.
schema-rule-no-other-items = Andere Elemente sind nicht erlaubt.
schema-rule-others = { $kind ->
    [items] Jedes andere Element muss { $value }.
   *[fields] Jedes andere Feld muss { $value }.
}
schema-rule-others-undescribed = { $kind ->
    [items] Andere Elemente: siehe OpenAPI-Dokument.
   *[fields] Andere Felder: siehe OpenAPI-Dokument.
}
schema-rule-min-fields = { $count ->
    [one] Mindestens { $count } Feld.
   *[other] Mindestens { $count } Felder.
}
schema-rule-max-fields = { $count ->
    [one] Höchstens { $count } Feld.
   *[other] Höchstens { $count } Felder.
}
schema-rule-contains-min = { $count ->
    [one] Mindestens { $count } Element muss { $value }.
   *[other] Mindestens { $count } Elemente müssen { $value }.
}
schema-rule-contains-min-undescribed = { $count ->
    [one] Mindestens { $count } Element: siehe OpenAPI-Dokument.
   *[other] Mindestens { $count } Elemente: siehe OpenAPI-Dokument.
}
schema-rule-contains-max = { $count ->
    [one] Höchstens { $count } Element darf { $value }.
   *[other] Höchstens { $count } Elemente dürfen { $value }.
}
schema-rule-contains-max-undescribed = { $count ->
    [one] Höchstens { $count } Element: siehe OpenAPI-Dokument.
   *[other] Höchstens { $count } Elemente: siehe OpenAPI-Dokument.
}
schema-rule-must-not = Darf nicht { $value }.
# "names" is a list with "list-and".
schema-rule-must-not-have = { $count ->
    [one] Darf { $names } nicht haben.
   *[other] Darf { $names } nicht zugleich haben.
}
# "requirements", "then" and "otherwise" are texts from "schema-rule-required" to "schema-rule-undescribed", with commas.
schema-rule-if-set = Wenn { $name } gesetzt ist: { $requirements }.
# "condition" is one of the texts from "schema-rule-is" to "schema-rule-undescribed-condition", or several with "list-and".
schema-rule-if-then = Wenn { $condition }: { $then }.
schema-rule-if-then-else = Wenn { $condition }: { $then }. Andernfalls: { $otherwise }.
schema-rule-unless = Außer wenn { $condition }: { $otherwise }.

## Requirements in a rule

schema-rule-required = { $count ->
    [one] { $names } ist erforderlich
   *[other] { $names } sind erforderlich
}
schema-rule-not-allowed = { $name } ist nicht erlaubt
schema-rule-field-must = { $name } muss { $value }
schema-rule-no-value = kein Wert ist erlaubt
schema-rule-undescribed = siehe OpenAPI-Dokument

## Conditions in a rule

schema-rule-is = { $name } { $values } ist
schema-rule-is-or-not-set = { $name } { $values } oder nicht gesetzt ist
schema-rule-is-set = { $name } gesetzt ist
schema-rule-is-not-set = { $name } nicht gesetzt ist
schema-rule-undescribed-condition = eine Bedingung des OpenAPI-Dokuments erfüllt ist

## What a value must do according to a rule

schema-rule-be-value = { $values } sein
schema-rule-be-type = { $kind ->
    [string] Text sein
    [number] eine Zahl sein
    [integer] eine Ganzzahl sein
    [boolean] true oder false sein
    [array] eine Liste sein
    [object] ein Objekt sein
   *[null] null sein
}
schema-rule-constraint = { $keyword ->
    [format] das Format { $value } haben
    [pattern] { $value } entsprechen
    [minLength] mindestens { $value } Zeichen haben
    [maxLength] höchstens { $value } Zeichen haben
    [minimum] größer oder gleich { $value } sein
    [maximum] kleiner oder gleich { $value } sein
    [exclusiveMinimum] größer als { $value } sein
    [exclusiveMaximum] kleiner als { $value } sein
    [multipleOf] ein Vielfaches von { $value } sein
    [minItems] { $value ->
        [one] mindestens { $value } Element haben
       *[other] mindestens { $value } Elemente haben
    }
   *[maxItems] { $value ->
        [one] höchstens { $value } Element haben
       *[other] höchstens { $value } Elemente haben
    }
}
schema-rule-have = { $names } haben
schema-rule-have-set = { $name } auf { $values } gesetzt haben

## Values in a rule

schema-rule-one-of = eines von { $values }
schema-rule-certain-list = eine bestimmte Liste
schema-rule-certain-object = ein bestimmtes Objekt

## Differences between a value and its schema

schema-difference-undocumented-status = Das Dokument beschreibt keine Antwort mit dem Status { $status }.
schema-difference-empty-body = Das Dokument verlangt JSON, aber der Body ist leer.
schema-difference-no-json = Das Dokument verlangt JSON, aber der Body ist kein JSON.
schema-difference-missing = Erforderlich, fehlt aber.
schema-difference-undocumented = Nicht dokumentiert.
schema-difference-unknown-field = Das Dokument enthält kein solches Feld.
# "problem" is another problem, a sentence.
schema-difference-name = Der Name ist nicht erlaubt: { $problem }
schema-difference-format = Muss das Format { $format } haben.
# "kind" is the keyword of JSON Schema.
schema-difference-limit = { $kind ->
    [maxLength] Höchstens { $limit } Zeichen.
    [minLength] Mindestens { $limit } Zeichen.
    [maxItems] { $limit ->
        [one] Höchstens { $limit } Element.
       *[other] Höchstens { $limit } Elemente.
    }
    [minItems] { $limit ->
        [one] Mindestens { $limit } Element.
       *[other] Mindestens { $limit } Elemente.
    }
    [maxProperties] { $limit ->
        [one] Höchstens { $limit } Feld.
       *[other] Höchstens { $limit } Felder.
    }
   *[minProperties] { $limit ->
        [one] Mindestens { $limit } Feld.
       *[other] Mindestens { $limit } Felder.
    }
}
schema-difference-repeated-item = Kein Element darf doppelt vorkommen.
schema-difference-contains = Kein Element entspricht dem vom Dokument verlangten.
schema-difference-not = Das Dokument erlaubt diesen Wert nicht.
schema-difference-no-value = Hier ist kein Wert erlaubt.
schema-difference-variants = Entspricht keiner der { $count } dokumentierten Varianten.
# "difference" is another difference, a sentence.
schema-difference-repeated = { $count ->
    [one] { $difference } Ebenso an { $count } weiteren Stelle.
   *[other] { $difference } Ebenso an { $count } weiteren Stellen.
}

## Comparisons of arguments with the document that have no result

validation-budget-exhausted = Die Argumente sind zu zahlreich oder zu tief verschachtelt, um sie anhand des Dokuments zu validieren. Es wurde nichts gesendet. Senden Sie weniger Werte.
validation-fault = Die Argumente konnten wegen eines Fehlers im Validator nicht validiert werden. Es wurde nichts gesendet. Das Serverprotokoll zeigt die Ursache.

## Ways to obtain a token

# "field" is the field of the OpenAPI document.
token-flow = { $field ->
    [authorizationCode] Authorization Code
    [implicit] Implicit
    [deviceAuthorization] Device Authorization
    [password] Passwort
    [clientCredentials] Client Credentials
    [oauth2MetadataUrl] Metadaten von OAuth 2.0
   *[openIdConnectUrl] Metadaten von OpenID Connect
}
# "flow" is one of "token-flow".
token-flow-at = { $flow } unter { $url }

## Durations in messages

duration-minutes =
    { $count ->
        [one] { $count } Minute
       *[other] { $count } Minuten
    }
wait-seconds = { $count } s
wait-hours =
    { $count ->
        [one] { $count } Stunde
       *[other] { $count } Stunden
    }

## Limits on what networks and callers use

bound-rate-exceeded = Zu viele { $subject ->
        [sign-ins] Anmeldeversuche
        [sessions] neue Sitzungen
       *[requests] Anfragen
    } aus Ihrem Netzwerk oder von Ihrem Konto: Das Limit ist { $rate } ({ $setting }). Es wurde nichts gesendet. Versuchen Sie es in { $wait } erneut.
bound-calls-full = Dieser Server hat sein Limit gleichzeitiger Aufrufe erreicht ({ $setting }). Es wurde nichts gesendet. Versuchen Sie es gleich noch einmal.
bound-calls-own-share = Sie haben Ihren Anteil an den gleichzeitigen Aufrufen dieses Servers erreicht ({ $setting }). Es wurde nichts gesendet. Versuchen Sie es gleich noch einmal.
bound-bodies-full = Dieser Server verarbeitet zu viele große Anfragen ({ $setting }). Es wurde nichts gesendet. Versuchen Sie es gleich noch einmal.
bound-bodies-own-share = Dieser Server verarbeitet zu viele Ihrer großen Anfragen ({ $setting }). Es wurde nichts gesendet. Versuchen Sie es gleich noch einmal.

## Budgets of the operator's credential

budget-not-checked = Es wurde nichts gesendet. Das Kontingent konnte nicht geprüft werden
budget-rate-exceeded =
    { $owner ->
        [network] Ratenlimit Ihres Netzwerks überschritten: { $rate } für { $provider } mit den Zugangsdaten des Betreibers. Es wurde nichts gesendet. Senden Sie in { $wait } erneut oder speichern Sie eigene Zugangsdaten.
       *[caller] Ratenlimit überschritten: { $rate } für { $provider } mit den Zugangsdaten des Betreibers. Es wurde nichts gesendet. Senden Sie in { $wait } erneut oder speichern Sie eigene Zugangsdaten.
    }
budget-daily-used-up = { $owner ->
        [everyone] Das gemeinsame Kontingent
        [network] Das Kontingent Ihres Netzwerks
       *[caller] Ihr Kontingent
    } von { $daily ->
        [one] { $daily } Aufruf
       *[other] { $daily } Aufrufen
    } pro Tag an { $provider } mit den Zugangsdaten des Betreibers ist aufgebraucht. Es wurde nichts gesendet. Senden Sie in { $wait } erneut oder speichern Sie eigene Zugangsdaten.

## Calls

call-unknown-provider = Diesen Anbieter gibt es auf diesem Server nicht.
call-unknown-operation = { $provider } hat keine Operation mit diesem Namen. Die Seite /{ $id } listet alle Operationen auf.
call-document-not-loaded = Das OpenAPI-Dokument von { $id } konnte nicht geladen werden. Es wurde nichts gesendet. Die Seite /{ $id } nennt den Grund.
call-provider-status = Der Anbieter hat mit dem Status { $status } geantwortet.
argument-did-you-mean = Meinten Sie { $name }?
argument-send-anyway = Um es trotzdem zu senden, setzen Sie "additionalArguments" auf true.

## Credentials

credential-not-read = Es wurde nichts gesendet. Ihre Zugangsdaten konnten nicht gelesen werden
credential-not-saved = Die Zugangsdaten wurden nicht gespeichert
credential-not-removed = Die Zugangsdaten wurden nicht entfernt und bleiben wirksam
credential-changed = Dieser Aufruf nennt andere Zugangsdaten. { $source ->
        [operator] Jetzt sind die Zugangsdaten des Betreibers ({ $fingerprint }) wirksam.
        [own] Jetzt sind Ihre eigenen Zugangsdaten ({ $fingerprint }) wirksam.
       *[none] Jetzt sind keine Zugangsdaten wirksam.
    } Es wurde nichts gesendet. Laden Sie die Seite neu, um die aktuellen zu sehen (in einem Skript: "fingerprint" korrigieren), und senden Sie erneut.
credential-no-known-field = Keines dieser Felder gehört zu Zugangsdaten dieses Anbieters.
credential-part-missing = { $label } fehlt.
credential-part-bearer-word = { $label } darf das Wort Bearer nicht enthalten. Kopieren Sie nur den Text danach.
credential-part-invalid = { $label } ist zu lang oder enthält ungültige Zeichen. Kopieren Sie den Wert erneut, ohne Anführungszeichen.
credential-part-unknown-prefix = { $label } muss mit { $prefixes } beginnen. Prüfen Sie, ob Sie den richtigen Wert kopiert haben.
credential-part-too-short = { $label } ist zu kurz. Kopieren Sie den vollständigen Wert.
credential-list-alternatives = { " oder " }
disabled-credential = Die Zugangsdaten des Betreibers sind deaktiviert. Es wurde nichts gesendet. Bitten Sie den Betreiber dieses Servers, sie zu aktivieren, oder speichern Sie eigene Zugangsdaten.
disabled-list-not-read = Es wurde nichts gesendet. Die Liste der deaktivierten Zugangsdaten und Token konnte nicht gelesen werden
disabled-list-not-saved = Es wurde nichts geändert. Die Liste der deaktivierten Zugangsdaten und Token konnte nicht gespeichert werden

## Accepted versions of documents

acceptance-version-not-read = Es wurde nichts gesendet. Die akzeptierte Version des Dokuments konnte nicht gelesen werden
acceptance-failed = Es wurde nichts akzeptiert
acceptance-outdated = Es wurde nichts akzeptiert. Das Dokument oder seine akzeptierte Version hat sich geändert, seit die Seite angezeigt wurde. Laden Sie die Seite neu und vergleichen Sie die Versionen erneut.
acceptance-document-changed = Das Dokument von { $provider } hat sich geändert: { $reason }. Ein Administrator muss die Änderung zuerst akzeptieren, unter /admin oder mit `api-explorer check --accept`.
acceptance-no-version = Vom Dokument von { $provider } ist noch keine Version akzeptiert. Ein Administrator muss zuerst eine akzeptieren, unter /admin oder mit `api-explorer check --accept`.

## Environments, and the credentials for them

destination-unknown-environment = Es gibt keine Umgebung { $name }. Verfügbar: { $names }.
destination-other-environment = Die aktuellen Zugangsdaten sind für { $bound }, nicht für { $requested }. Es wurde nichts gesendet. Wählen Sie { $bound } oder speichern Sie Zugangsdaten für { $requested }.
destination-no-server = Das Dokument nennt keinen Server für diese Operation. Es wurde nichts gesendet.
destination-chosen-path = Die Zugangsdaten des Betreibers werden nur an den dokumentierten Pfad des Servers gesendet, den Servervariablen hier ändern. Es wurde nichts gesendet. Lassen Sie die Servervariablen weg oder speichern Sie eigene Zugangsdaten.
destination-fixed-base-url = Die Einstellungen legen die Basis-URL aller Aufrufe fest, sodass keine Servervariable gesetzt werden kann. Es wurde nichts gesendet.
destination-no-sendable-credential = Dieser Server kann keine der Zugangsdaten senden, die diese Operation akzeptiert ({ $reasons }). Verwenden Sie stattdessen die Umgebung „example“.
destination-no-credential = Für { $provider } sind keine Zugangsdaten hinterlegt. Speichern Sie Ihre unter „Authentifizierung“ oder verwenden Sie die Umgebung „example“.
destination-no-credential-of-schemes = Für { $provider } sind keine Zugangsdaten hinterlegt. Diese Operation erfordert { $schemes }. Speichern Sie Ihre Zugangsdaten unter „Authentifizierung“ oder verwenden Sie die Umgebung „example“.
destination-incomplete-credential = Die Zugangsdaten für { $provider } enthalten nicht, was diese Operation erfordert: { $schemes }. Speichern Sie diese Angaben unter „Authentifizierung“ oder verwenden Sie die Umgebung „example“.

## Rules for the operator's credential

policy-denied = { $reason } Es wurde nichts gesendet. Bitten Sie den Betreiber dieses Servers um Zugriff oder speichern Sie eigene Zugangsdaten.
policy-denies-rule = Die Richtlinie des Betreibers für { $provider } verbietet { $rule }.
policy-allows-only = Die Richtlinie des Betreibers für { $provider } erlaubt nur { $rules }.
policy-token-allows-only = Ihr Zugriffstoken darf nur { $rules } aufrufen.
policy-may-not-delete = Sie dürfen mit den Zugangsdaten des Betreibers für { $provider } nicht löschen.
policy-may-not-change-live-data = Sie dürfen mit den Zugangsdaten des Betreibers für { $provider } keine Live-Daten ändern.
policy-other-operation = Ein Server könnte diesen Pfad an die Operation { $name } leiten. { $reason }

## Safeguards against mistakes

live-not-unlocked = Es wurde nichts gesendet. Die Live-Daten konnten nicht entsperrt werden
live-not-locked = Die Live-Daten konnten nicht gesperrt werden
live-not-checked = Es wurde nichts gesendet. Es konnte nicht geprüft werden, ob die Live-Daten entsperrt sind
live-locked = { $environment } enthält echte Daten und ist daher schreibgeschützt. Es wurde nichts gesendet. Wählen Sie neben „Senden“ die Option „{ $environment } für { $duration } entsperren“ (in einem Skript: "unlock": true). Falls die Option fehlt, laden Sie zuerst die Seite neu.
delete-unconfirmed-parameter = Dies löscht endgültig. Es wurde nichts gesendet. Geben Sie zur Bestätigung neben „Senden“ den Wert von { $name } erneut ein (in einem Skript: "confirm") und senden Sie erneut.
delete-unconfirmed-operation = Dies löscht endgültig. Es wurde nichts gesendet. Geben Sie zur Bestätigung neben „Senden“ den Namen der Operation ein, { $name } (in einem Skript: "confirm"), und senden Sie erneut.
foreign-id = Diese ID gehört zu { $other }, aber der Aufruf geht an { $environment }.

## Secrets of responses

secret-unknown-placeholder = { $placeholder } verweist auf kein Geheimnis, das Sie in den letzten { $hours } Stunden erhalten haben. Wiederholen Sie den Aufruf, der es zurückgegeben hat.
secret-unknown = Dieser Platzhalter verweist auf kein Geheimnis, das Sie in den letzten { $hours } Stunden erhalten haben. Wiederholen Sie den Aufruf, der es zurückgegeben hat.
secret-not-stored = Dieses Geheimnis ist nicht mehr gespeichert.
secret-not-read = Das Geheimnis konnte nicht gelesen werden
secret-placeholder-not-read = Der Platzhalter konnte nicht gelesen werden
secret-placeholders-not-read = Es wurde nichts gesendet. Die Geheimnisse zu den Platzhaltern konnten nicht gelesen werden
secret-reveal-denied = Sie dürfen keine Geheimnisse sehen, die mit den Zugangsdaten des Betreibers empfangen wurden. Sie können ihre Platzhalter in Feldern für Geheimnisse senden. Um die Geheimnisse zu sehen, fragen Sie den Betreiber dieses Servers (`--may reveal`, `may = ["reveal"]`) oder speichern Sie eigene Zugangsdaten.
secret-other-environment = Dieses Geheimnis stammt aus { $other }, aber der Aufruf geht an { $environment }.
secret-other-provider = Dieses Geheimnis stammt von einem anderen Anbieter und wird daher nicht an diesen gesendet.
secret-too-many-responses = Diese Argumente verwenden Geheimnisse aus mehr als { $max } Antworten. Es wurde nichts gesendet.
secret-only-whole-value = Sie können dieses Geheimnis nicht sehen und daher nur als vollständigen Wert eines Feldes senden.
secret-only-in-its-fields = Sie können dieses Geheimnis nicht sehen und daher nur in einem Feld senden, das das Dokument beschreibt und das für Geheimnisse bestimmt ist oder so heißt wie das Feld, aus dem es stammt.
secret-with-chosen-url = Sie können dieses Geheimnis nicht sehen und daher nicht zusammen mit einer URL Ihrer Wahl senden ({ $location }). Lassen Sie die URL weg oder bitten Sie den Betreiber, ihren Origin zu `trusted_origins` hinzuzufügen.
withheld-body =
    { $media_type ->
        [unknown] Der Server hält diesen Body zurück ({ $size } Byte eines unbekannten Typs), weil er Geheimnisse enthalten könnte, die Sie nicht sehen dürfen. Der Server kann nur gültiges JSON, Formulare und dokumentierten reinen Text nach Geheimnissen durchsuchen. Um den Body zu sehen, bitten Sie den Betreiber um die Berechtigung `reveal`, oder speichern Sie eigene Zugangsdaten und wiederholen Sie den Aufruf.
       *[other] Der Server hält diesen Body zurück ({ $size } Byte vom Typ { $media_type }), weil er Geheimnisse enthalten könnte, die Sie nicht sehen dürfen. Der Server kann nur gültiges JSON, Formulare und dokumentierten reinen Text nach Geheimnissen durchsuchen. Um den Body zu sehen, bitten Sie den Betreiber um die Berechtigung `reveal`, oder speichern Sie eigene Zugangsdaten und wiederholen Sie den Aufruf.
    }
withheld-encoded-body = Der Body hat eine Codierung, die nicht angefordert wurde, und wird daher nicht angezeigt.
withheld-too-deep-body = Der Body ist zu tief verschachtelt, um nach Geheimnissen durchsucht zu werden, und wird daher nicht angezeigt.
withheld-item = Der Server hält dieses Element zurück ({ $size } Byte), weil es Geheimnisse enthalten könnte, die Sie nicht sehen dürfen.
withheld-item-too-large = Dieses Element ({ $size } Byte) ist zu groß und wird daher nicht angezeigt.
withheld-item-not-utf8 = Dieses Element ({ $size } Byte) ist kein UTF-8 und wird daher nicht angezeigt.

## Requests to providers

request-invalid = { $problem } Es wurde nichts gesendet.
request-other-charset = Das Dokument gibt den Zeichensatz { $charset } an, aber Text wird nur in UTF-8 gesendet.
request-header-not-sendable = Der Header { $name } kann mit diesem Wert nicht gesendet werden.
request-part-header-not-sendable = Der Header { $name } des Teils { $part } kann mit diesem Wert nicht gesendet werden.
request-file-not-base64 = Der Inhalt der Datei { $name } ist kein gültiges Base64.
request-other-destination = Diese Argumente würden das Ziel des Aufrufs ändern. Es wurde nichts gesendet.
request-host-without-credential = Die Zugangsdaten können nicht an { $url } gesendet werden: Die Einstellungen nennen diesen Host nicht, oder er verwendet kein HTTPS. Es wurde nichts gesendet.
request-host-without-calls = Aufrufe an { $url } sind nicht möglich: Die Einstellungen nennen diesen Host nicht, oder er verwendet kein HTTPS. Es wurde nichts gesendet.
request-method-not-sendable = Die Methode der Operation kann nicht gesendet werden.
request-credential-not-sendable = Die Zugangsdaten können nicht in einem Header gesendet werden.
request-invalid-boundary = Ungültige Multipart-Boundary.
media-type-charset = Der Body hat den Zeichensatz { $charset }, aber nur UTF-8 kann geprüft werden. Setzen Sie contentType ohne Zeichensatz.
media-type-no-body = Diese Operation hat keinen Body, daher kann contentType nicht { $media_type } sein. Lassen Sie es weg.
media-type-unknown-body = Das Dokument beschreibt für diese Operation keinen Body des Medientyps { $media_type }. Setzen Sie contentType auf einen dieser Werte: { $documented }.
media-type-no-responses = Das Dokument beschreibt für diese Operation keine Antwort des Medientyps { $media_type }. Es nennt keine Medientypen, lassen Sie accept daher weg.
media-type-unknown-response = Das Dokument beschreibt für diese Operation keine Antwort des Medientyps { $media_type }. Setzen Sie accept auf einen dieser Werte: { $documented }.
media-type-of-range-missing = Das Dokument beschreibt den Body als { $range }. Setzen Sie contentType oder den contentType der Datei auf einen Medientyp dieser Art.
authenticate-two-authorizations = Zwei der Sicherheitsschemas, die diese Operation zusammen erfordert, verwenden beide den Header Authorization, der nur einen Wert haben kann. Es wurde nichts gesendet. Das Dokument ist fehlerhaft.
authenticate-reserved-header = Das Dokument verlangt den Schlüssel { $scheme } im Header { $name }, der keine Zugangsdaten enthalten darf. Es wurde nichts gesendet.
authenticate-cookie-semicolon = Ein Schlüssel, der in einem Cookie gesendet wird, darf kein Semikolon enthalten. Es wurde nichts gesendet.

## Connections to providers

transport-no-tls = { $host } verwendet an dieser Adresse kein TLS. Es wurde nichts gesendet. Prüfen Sie den Port und ob die URL mit http:// beginnen muss.
transport-unverified-identity = Die Identität von { $host } konnte nicht überprüft werden (TLS). Es wurde nichts gesendet. Prüfen Sie die Adresse sowie die Uhr und die Zertifikate dieses Servers.
transport-unreachable = { $host } ist von diesem Server aus nicht erreichbar. Es wurde nichts gesendet. Prüfen Sie Name, Port und Netzwerk und senden Sie erneut.
transport-not-public = { $host } liegt nicht im öffentlichen Internet. Es wurde nichts gesendet. Dieser Server ruft solche Hosts nur auf, wenn seine Einstellungen sie nennen (provider.servers oder provider.base_url).
transport-timeout = { $host } hat nicht innerhalb von { $seconds } s geantwortet (EXPLORER_TIMEOUT). Der Aufruf war möglicherweise erfolgreich; prüfen Sie dies, bevor Sie es erneut versuchen.
transport-closed = Die Verbindung zu { $host } wurde geschlossen, bevor die Antwort vollständig war. Der Aufruf war möglicherweise erfolgreich; prüfen Sie dies, bevor Sie es erneut versuchen.
transport-malformed = Die Antwort von { $host } ist kein gültiges HTTP oder passt nicht zu ihren eigenen Headern (Länge oder Komprimierung) und kann daher nicht angezeigt werden. Der Aufruf war möglicherweise erfolgreich; prüfen Sie dies, bevor Sie es erneut versuchen.
transport-headers-too-large = Die Header der Antwort von { $host } sind größer, als dieser Server akzeptiert, daher wird die Antwort nicht angezeigt. Der Aufruf war möglicherweise erfolgreich; prüfen Sie dies, bevor Sie es erneut versuchen.
transport-response-too-large = Die Antwort überschreitet das Limit von { $megabytes } MB (EXPLORER_REPLY_LIMIT_MB). Rufen Sie weniger Daten auf einmal ab.

## Access tokens that the server fetches

token-host-not-listed = Client-ID und Secret können nicht an { $url } gesendet werden: Die Einstellungen von { $provider } nennen diesen Host nicht, oder er verwendet kein HTTPS. Es wurde nichts gesendet. Fragen Sie den Betreiber dieses Servers oder fügen Sie stattdessen ein Access-Token ein.
token-timeout = Es wurde kein Access-Token abgerufen. An den Anbieter wurde nichts gesendet. { $host } hat nicht rechtzeitig geantwortet (EXPLORER_TIMEOUT). Prüfen Sie die Token-URL und senden Sie erneut.
token-unreachable = Es wurde kein Access-Token abgerufen. An den Anbieter wurde nichts gesendet. { $host } ist von diesem Server aus nicht erreichbar oder hat die Verbindung geschlossen. Prüfen Sie die Token-URL und senden Sie erneut.
token-response-too-large = Es wurde kein Access-Token abgerufen. An den Anbieter wurde nichts gesendet. { $host } hat eine Antwort gesendet, die größer ist, als dieser Server akzeptiert. Prüfen Sie die Token-URL und senden Sie erneut.
token-malformed-response = Es wurde kein Access-Token abgerufen. An den Anbieter wurde nichts gesendet. { $host } hat eine Antwort gesendet, die kein gültiges HTTP ist. Prüfen Sie die Token-URL und senden Sie erneut.
token-refused = { $host } hat für Client-ID und Secret kein Access-Token ausgestellt: Die Antwort war { $status }. An den Anbieter wurde nichts gesendet. Prüfen Sie beide Werte und ihre Berechtigungen.
token-refused-with-details = { $host } hat für Client-ID und Secret kein Access-Token ausgestellt: Die Antwort war { $status } ({ $details }). An den Anbieter wurde nichts gesendet. Prüfen Sie beide Werte und ihre Berechtigungen.
token-no-bearer-token = { $host } hat ohne Bearer-Access-Token geantwortet. An den Anbieter wurde nichts gesendet. Prüfen Sie, ob dies die Token-URL ist.

## Sessions and sign-in

session-not-read = Es wurde nichts gesendet. Ihre Sitzung konnte nicht gelesen werden
session-missing = Sie sind nicht angemeldet. Es wurde nichts gesendet. Melden Sie sich in einem anderen Tab unter /sign-in an und senden Sie erneut.
session-ended = Ihre Sitzung ist beendet und damit auch alle Zugangsdaten, die Sie darin gespeichert haben. Es wurde nichts gesendet. Laden Sie die Seite neu, um zu sehen, welche Zugangsdaten jetzt wirksam sind (in einem Skript: das Sitzungs-Cookie entfernen), und senden Sie erneut.
sign-in-route-token-not-checked = Sie sind nicht angemeldet. Ihr Zugriffstoken konnte nicht geprüft werden
sign-in-route-invalid-token = Dieses Zugriffstoken ist unbekannt, abgelaufen oder widerrufen. Prüfen Sie, ob Sie es vollständig kopiert haben, oder bitten Sie den Betreiber dieses Servers um ein anderes Token.
sign-in-route-invalid-link = Dieser Link ist nicht gültig. Der Server erzeugt bei jedem Start einen neuen. Verwenden Sie den Link, den er zuletzt ausgegeben hat, auf dem Rechner, auf dem er läuft.
sign-in-route-session-not-saved = Ihre Sitzung konnte nicht gespeichert werden
sign-in-route-session-not-deleted = Sie sind noch angemeldet. Ihre Sitzung konnte nicht gelöscht werden
oidc-not-signed-in = Sie sind nicht angemeldet. { $problem }
oidc-provider-unavailable = Ihr Identitätsanbieter ist nicht verfügbar. Versuchen Sie es gleich noch einmal.
oidc-not-started = Die Anmeldung wurde nicht in diesem Browser begonnen, oder sie hat zu lange gedauert. Versuchen Sie es erneut.
oidc-other-attempt = Die Antwort gehört zu einem anderen Anmeldeversuch. Versuchen Sie es erneut.
oidc-refused =
    { $code ->
        [none] Ihr Identitätsanbieter hat die Anmeldung abgelehnt (ohne Angabe eines Grundes). Versuchen Sie es erneut oder fragen Sie den Betreiber dieses Servers.
       *[other] Ihr Identitätsanbieter hat die Anmeldung abgelehnt ({ $code }). Versuchen Sie es erneut oder fragen Sie den Betreiber dieses Servers.
    }
oidc-no-id-token = Ihr Identitätsanbieter hat kein ID-Token gesendet.
oidc-access-token-mismatch = Das Access-Token passt nicht zum ID-Token.
oidc-no-email = Ihr Identitätsanbieter hat Ihre E-Mail-Adresse nicht gesendet.
oidc-unverified-email = Ihr Identitätsanbieter hat Ihre E-Mail-Adresse nicht verifiziert ({ $email }).
oidc-not-allowed = { $email } darf diesen Explorer nicht verwenden. Bitten Sie den Betreiber um Zugriff oder melden Sie sich mit einem anderen Konto an.
oidc-no-session-ended = Es wurde keine Sitzung beendet

## Refused requests

refusal-invalid-token = Dieses Zugriffstoken ist unbekannt, abgelaufen oder widerrufen. Es wurde nichts gesendet. Bitten Sie den Betreiber dieses Servers um ein anderes Token.
refusal-token-required = Diese Adresse erfordert ein Zugriffstoken: Authorization: Bearer aex_…. Sie akzeptiert weder Cookies noch eine andere Anmeldung. Es wurde nichts gesendet.
refusal-not-signed-in = Sie sind nicht angemeldet. Es wurde nichts gesendet. Melden Sie sich in einem anderen Tab unter /sign-in an und senden Sie erneut. In einem Skript senden Sie ein Zugriffstoken: Authorization: Bearer aex_….
refusal-no-longer-signed-in = Sie sind nicht mehr angemeldet. Es wurde nichts gesendet. Melden Sie sich an; mit der Schaltfläche „Zurück“ des Browsers kehren Sie dann zu Ihren Eingaben zurück.
refusal-ended-sign-in = Ihre Anmeldung ist nicht mehr gültig: Die Zugriffsregeln dieses Servers haben sich geändert. Es wurde nichts gesendet. Melden Sie sich erneut an oder bitten Sie den Betreiber dieses Servers um Zugriff.
refusal-disabled-user = { $name } darf diesen Server nicht mehr verwenden. Es wurde nichts gesendet. Fragen Sie den Administrator.
refusal-repeated-header = Die Anfrage enthält den Header { $name } mehr als einmal und identifiziert daher keinen eindeutigen Benutzer. Es wurde nichts gesendet. Der Betreiber dieses Servers muss den Proxy so konfigurieren, dass er den Header von Clients entfernt.
refusal-remote = Dieser Server ist nur für Benutzer seines eigenen Rechners, und diese Anfrage kommt möglicherweise von jemand anderem: { $sign }. Es wurde nichts gesendet. Damit andere ihn verwenden können, muss sein Betreiber EXPLORER_HOSTS und EXPLORER_ACCESS setzen (docs/access.md).
remote-sign-sender = Der Absender ist nicht auf diesem Rechner
remote-sign-host = Der Hostname ist nicht der dieses Rechners
remote-sign-proxy-header = Der Header { $name } wurde von einem Proxy gesetzt
remote-sign-old-protocol = Die Anfrage wurde mit HTTP/1.0 gesendet, wie von einem Proxy
remote-sign-foreign-origin = Der Header origin nennt eine Website, die EXPLORER_ALLOWED_ORIGINS nicht aufführt
security-host-not-accepted = Dieser Server akzeptiert diesen Hostnamen nicht. Sein Betreiber kann den Namen zu EXPLORER_HOSTS hinzufügen.
security-other-site = Seiten anderer Websites dürfen diese Anfrage nicht senden. Es wurde nichts gesendet. Der Betreiber dieses Servers kann einen Origin in EXPLORER_ALLOWED_ORIGINS erlauben.
security-internal-error = Ein interner Fehler ist aufgetreten. Das Serverprotokoll enthält die Details.
body-too-slow = Die vollständige Anfrage ist nicht innerhalb von { $seconds } s eingetroffen. Es wurde nichts gesendet. Senden Sie sie erneut.
body-too-many-values = Die Anfrage hat mehr als { $max } Werte. Es wurde nichts gesendet. Senden Sie weniger.
body-incomplete = Die Verbindung wurde geschlossen, bevor die vollständige Anfrage eingetroffen war. Es wurde nichts gesendet.

## Administration

admin-route-audit-not-read = Das Audit-Protokoll konnte nicht gelesen werden
admin-route-lists-not-read = Die Zugriffstoken und die Liste der deaktivierten Zugangsdaten und Token konnten nicht gelesen werden
admin-route-versions-not-read = Die akzeptierten Versionen der Dokumente konnten nicht gelesen werden
admin-route-form-not-read = Das Formular konnte nicht gelesen werden. Laden Sie die Seite neu.
admin-route-unknown-item = Nur Zugangsdaten, Token und Benutzer können deaktiviert werden.
admin-route-only-local-administrators = Nur Administratoren dürfen diese Seite sehen. Um sich als Administrator anzumelden, öffnen Sie den Link, den der Server beim Start in seinem Terminal ausgegeben hat, oder melden Sie sich unter /sign-in mit einem Token an, das mit --may admin erstellt wurde.
admin-route-only-administrators = Nur Administratoren dürfen diese Seite sehen. Der Betreiber dieses Servers kann ein Token mit --may admin erstellen oder Ihren Namen zu access.admins hinzufügen.

## Other pages and requests

page-call-malformed = Der Body ist kein Aufruf: { $error }.
placeholder-uses-unknown = Dieser Platzhalter ist nicht bekannt. Möglicherweise ist er abgelaufen: Wiederholen Sie den Aufruf.
placeholder-uses-summary = Die Operationen, die ein Geheimnis einer Antwort annehmen.
preferences-no-theme = Das Design wurde nicht geändert: Die Anfrage nennt keines. Wählen Sie auf einer Seite „System“, „Hell“ oder „Dunkel“.
preferences-no-language = Die Sprache wurde nicht geändert: Die Anfrage nennt keine der Sprachen dieser Website. Wählen Sie auf einer Seite eine aus.
response-file-gone = Diese Antwort ist nicht mehr gespeichert. Wiederholen Sie den Aufruf, um ihren Body zu sehen.
body-part-summary = Der Body einer Antwort.
body-part-too-large = Der Wert ist zu groß, um kopiert zu werden.
reveal-summary = Ein Geheimnis aus einer Antwort.
server-function-unknown-client = Es gibt keinen Client mit diesem Namen. Wählen Sie einen aus der Liste.
server-function-outside-request = Eine Serverfunktion lief außerhalb einer Anfrage.

## Requests of programs

programs-other-origin = Diese Adresse ist für Seiten. Programme senden ihre Anfragen an { $origin }. Es wurde nichts gesendet.
programs-other-address = Diese Adresse ist für Seiten. Programme senden ihre Anfragen an die Adresse in EXPLORER_API_ADDR. Fragen Sie den Betreiber dieses Servers danach. Es wurde nichts gesendet.
programs-only = Diese Adresse ist nur für Programme: POST /tools/{ "{" }provider{ "}" }/{ "{" }operation{ "}" } und die Anfragen von SDKs an /proxy/{ "{" }provider{ "}" }/…. Es wurde nichts gesendet. Seiten haben eine andere Adresse.
proxy-only-programs = Webseiten dürfen diese URL nicht verwenden; sie ist für Programme. Es wurde nichts gesendet.
tools-invalid-json = Der Body ist kein gültiges JSON (Fehler in Zeile { $line }, Spalte { $column }).
tools-no-object = Der Body muss ein JSON-Objekt sein: { "{" }"args": { "{" }…{ "}" }, "environment": "test"{ "}" }.
tools-server-variables-no-object = "serverVariables" muss ein JSON-Objekt sein, wie { "{" }"tenant": "acme"{ "}" }.
tools-no-string = "{ $key }" muss eine Zeichenkette sein, wie "{ $example }".
tools-no-flag = "{ $key }" muss true oder false sein.
tools-arguments-no-object = "args" muss ein JSON-Objekt sein, das die Argumente enthält.

## Times

timestamp = { $day }. { $month ->
        [1] Januar
        [2] Februar
        [3] März
        [4] April
        [5] Mai
        [6] Juni
        [7] Juli
        [8] August
        [9] September
        [10] Oktober
        [11] November
       *[12] Dezember
    } { $year }, { $time } UTC

## Credentials

credential-part-username = Benutzername
credential-part-password = Passwort
credential-part-named-key = API-Schlüssel ({ $name })
credential-part-key = API-Schlüssel
credential-part-client-id = Client-ID
credential-part-client-secret = Client-Secret
credential-part-bearer-token = Bearer-Token
credential-part-access-token = Access-Token
scheme-undefined = das Dokument definiert es nicht
scheme-basic = HTTP Basic
scheme-bearer = Bearer-Token
scheme-key-in-header = API-Schlüssel im Header { $name }
scheme-key-in-query = API-Schlüssel im Query-Parameter { $name }
scheme-key-in-cookie = API-Schlüssel im Cookie { $name }
scheme-client-credentials = OAuth 2.0 Client Credentials
scheme-access-token = OAuth 2.0 Access-Token
scheme-deprecated = { $scheme } (veraltet)

## Errors of the store

# "failure" says what could not be done, without a full stop.
store-unavailable = { $failure }: Der Speicher ist nicht verfügbar. Versuchen Sie es gleich noch einmal.
store-wrong-key = { $failure }: Die Daten sind mit einem anderen Schlüssel versiegelt als dem dieses Servers. Falls der Schlüssel geändert wurde, bitten Sie den Betreiber, den Server neu zu starten, und speichern Sie die Zugangsdaten dann unter Authentifizierung erneut.
audit-not-recorded = Es wurde nichts ausgeführt. Die Aktion konnte nicht im Audit-Protokoll festgehalten werden
