"""Every word the pages show, in English and Italian.

Names of channels, stages, personas and kinds of touchpoint come from the published dimensions.
A key with a dot is a family: `column.<name>` heads a column, `<domain>.<code>` names a code found
in the data (a code without a text is shown as it is).
"""

from __future__ import annotations

from typing import NamedTuple

from dashboard.formats import Language


class Text(NamedTuple):
    """One text in both languages; words in braces are filled in."""

    en: str
    it: str


TEXTS: dict[str, Text] = {
    # Frame
    "product": Text("Viaggio", "Viaggio"),
    "language": Text("Language", "Lingua"),
    "group.journey": Text("The journey", "Il viaggio"),
    "group.value": Text("What it is worth", "Quanto vale"),
    "group.experience": Text("How it feels", "Come si vive"),
    "group.data": Text("Behind the figures", "Dietro i numeri"),
    "filters": Text("Show only", "Mostra solo"),
    "filter.from": Text("From", "Da"),
    "filter.to": Text("To", "A"),
    "filter.personas": Text("Personas", "Personas"),
    "filter.channels": Text("Channels", "Canali"),
    "filter.all": Text("All", "Tutti"),
    "filter.not_here": Text(
        "Switched off: has no effect on this page.",
        "Disattivato: non ha effetto su questa pagina.",
    ),
    "download": Text("Download as CSV", "Scarica in CSV"),
    "source": Text("From {tables}.", "Da {tables}."),
    "published": Text("Data published on {when}", "Dati pubblicati il {when}"),
    "data_until": Text("Data until {when}", "Dati fino al {when}"),
    "nothing_published": Text(
        "There is nothing to show yet: `{path}` does not exist. Run `make demo` for a demo "
        "company, or `make run` with your own files, then reload this page. If your data are "
        "elsewhere, start with `VIAGGIO_DATA_DIR=<folder> make dashboard`.",
        "Non c'è ancora nulla da mostrare: `{path}` non esiste. Esegui `make demo` per "
        "un'azienda dimostrativa, o `make run` con i tuoi file, poi ricarica la pagina. Se i "
        "dati sono altrove, avvia con `VIAGGIO_DATA_DIR=<cartella> make dashboard`.",
    ),
    "missing_mart": Text(
        "This part needs {tables}, which the published file does not have. It was published by "
        "an older version: run `make run` to build and publish again, then reload this page.",
        "Questa parte ha bisogno di {tables}, che il file pubblicato non contiene. È stato "
        "pubblicato da una versione precedente: esegui `make run` per ricostruire e "
        "pubblicare, poi ricarica la pagina.",
    ),
    "no_rows": Text(
        "Nothing in the chosen period and selection. Widen the filters in the sidebar.",
        "Nulla nel periodo e nella selezione scelti. Allarga i filtri nella barra laterale.",
    ),
    "no_source": Text(
        "Nothing to show here yet, since these data never arrived: {tables}. This part fills once "
        "they land.",
        "Qui non c'è ancora nulla da mostrare, perché questi dati non sono mai arrivati: {tables}. "
        "Questa parte si riempirà non appena arriveranno.",
    ),
    "too_little": Text(
        "The data are still too few to show anything here. This part fills as more arrive.",
        "I dati sono ancora troppo pochi per mostrare qualcosa qui. Questa parte si riempirà man "
        "mano che ne arriveranno altri.",
    ),
    "other": Text("Other channels", "Altri canali"),
    "charted": Text(
        "Shown: {shown} of {all}; the table has them all.",
        "Mostrati: {shown} di {all}; la tabella li ha tutti.",
    ),
    "charted_first": Text(
        "Shown: {shown}; the table has the first {all}.",
        "Mostrati: {shown}; la tabella ha i primi {all}.",
    ),
    # Journey map
    "journey_map.title": Text("Journey map", "Mappa del viaggio"),
    "journey_map.lead": Text(
        "Where do customers meet the shop, and how does it go there? Each row is a channel, "
        "each column a stage of the relation; the darker a cell, the higher the chosen "
        "measure. Click a cell for all that is known of it.",
        "Dove i clienti incontrano il negozio, e come va? Ogni riga è un canale, ogni "
        "colonna una fase della relazione; più scura la cella, più alta la misura scelta. "
        "Fai clic su una cella per vederne tutti i dati.",
    ),
    "journey_map.measure": Text("Measure", "Misura"),
    "journey_map.cell": Text("One cell in detail", "Una cella in dettaglio"),
    "journey_map.stage": Text("Stage", "Fase"),
    "journey_map.channel": Text("Channel", "Canale"),
    "journey_map.empty_cell": Text(
        "No touchpoint in this cell.", "Nessun touchpoint in questa cella."
    ),
    "journey_map.all_cells": Text("All cells", "Tutte le celle"),
    "journey_map.scores": Text(
        "Interactions are touchpoints that the person began; messages the shop sent are "
        "counted apart. Sentiment runs from −1 (bad) to +1 (good); it is what people say in "
        "reviews, surveys, comments and tickets and how their calls and chats went, and "
        "stands in the stage they were in before. The pain score is the orders that the "
        "claimed pain points cost in a cell per 100 persons, the truth score those that the "
        "claimed moments of truth brought; an empty cell has neither.",
        "Le interazioni sono i touchpoint cominciati dalla persona; i messaggi inviati dal "
        "negozio si contano a parte. Il sentiment va da −1 (negativo) a +1 (positivo): è "
        "ciò che si dice in recensioni, sondaggi, commenti e richieste di assistenza e "
        "l'esito di chiamate e chat, e sta nella fase in cui la persona era prima. L'indice "
        "di attrito è il numero di ordini persi in una cella per gli attriti affermati "
        "ogni 100 persone, l'indice di verità quelli portati dai momenti della verità "
        "affermati; una cella vuota non ha né gli uni né gli altri.",
    ),
    # Paths
    "paths.title": Text("Paths", "Percorsi"),
    "paths.lead": Text(
        "Which way do people go from one touchpoint to the next, and where do they end up? Read "
        "from left to right: the wider a band, the more journeys took that step. A journey "
        "counts in the month of its last touchpoint.",
        "Che strada fanno le persone da un touchpoint al successivo, e dove arrivano? Si legge "
        "da sinistra a destra: più larga la fascia, più viaggi hanno fatto quel passo. Un "
        "viaggio conta nel mese del suo ultimo touchpoint.",
    ),
    "paths.journeys": Text("Journeys", "Viaggi"),
    "paths.over": Text("Journeys that are over", "Viaggi conclusi"),
    "paths.open": Text("Still open, of all", "Ancora aperti, sul totale"),
    "paths.rate_note": Text(
        "Conversion rate: journeys that ended with an order, of all that are over. Open "
        "journeys still go on: only after a long silence (90 days, unless set otherwise) is a "
        "journey lost. So the rate of the newest months is too high, and 100% where nothing "
        "can be lost yet.",
        "Tasso di conversione: viaggi finiti con un ordine, su tutti quelli conclusi. I "
        "viaggi aperti proseguono: un viaggio è perso solo dopo un lungo silenzio (90 giorni, "
        "se non impostato diversamente). Perciò il tasso dei mesi più recenti è troppo alto, "
        "e del 100 % dove nulla può ancora essere perso.",
    ),
    "paths.chosen": Text(
        "With channels chosen in the sidebar: the flow names these, and the table has the "
        "steps from or to them.",
        "Con canali scelti nella barra laterale: il flusso nomina questi, e la tabella ha i "
        "passi da o verso di essi.",
    ),
    "paths.touchpoint": Text("Touchpoint {step}", "Touchpoint {step}"),
    "paths.end": Text("How it ends", "Come finisce"),
    "paths.narrowest": Text(
        "Bands of less than 0.25% of the journeys are not drawn; the table has them all.",
        "Le fasce sotto lo 0,25 % dei viaggi non sono disegnate; la tabella le ha tutte.",
    ),
    "paths.steps": Text("Touchpoints shown", "Touchpoint mostrati"),
    "paths.nodes": Text("Channels shown by name", "Canali mostrati per nome"),
    "paths.only_orders": Text("Only those with an order", "Solo quelli con ordine"),
    "paths.position": Text("{channel}, touchpoint {step}", "{channel}, touchpoint {step}"),
    "paths.steps_table": Text("All steps", "Tutti i passi"),
    "end.start": Text("Start", "Inizio"),
    "end.converted": Text("Order", "Ordine"),
    "end.lost": Text("Lost", "Persi"),
    "end.open": Text("Still open", "Ancora aperto"),
    "end.further": Text("Further touchpoints", "Altri touchpoint"),
    # Funnels
    "funnels.title": Text("Funnels", "Imbuti"),
    "funnels.lead": Text(
        "How far do people come, and where are they lost? Each bar is a step; its length is "
        "how many reached it, and the percentage says how many of them took the next one.",
        "Fin dove arrivano le persone, e dove si perdono? Ogni barra è un passo; la lunghezza "
        "dice quante l'hanno raggiunto, la percentuale quante di loro hanno fatto il "
        "successivo.",
    ),
    "funnels.stages": Text("Five stages", "Cinque fasi"),
    "funnels.checkout": Text("Checkout", "Acquisto online"),
    "funnels.carts": Text("Abandoned carts", "Carrelli abbandonati"),
    "funnels.pages": Text("Exit pages", "Pagine di uscita"),
    "funnels.mode": Text("Who is counted", "Chi si conta"),
    "funnels.mode.closed": Text("Who begins with awareness", "Chi comincia dalla consapevolezza"),
    "funnels.mode.open": Text("Everybody, from where first met", "Tutti, da dove li si incontra"),
    "funnels.stages_note": Text(
        "The month is that of a person's entry: whoever came in the newest months may still "
        "go on. The conversion stage begins with a cart or a checkout, so reaching it is "
        "not yet an order. Potential revenue is what those who stopped would have brought "
        "in, had they been like those who went on: an upper bound that was never booked, in "
        "EUR.",
        "Il mese è quello dell'ingresso della persona: chi è arrivato negli ultimi mesi può "
        "ancora proseguire. La fase di conversione comincia con un carrello o l'avvio "
        "dell'acquisto: raggiungerla non è ancora un ordine. Il ricavo potenziale è quanto "
        "avrebbe portato chi si è fermato, se fosse stato come chi ha proseguito: un limite "
        "massimo mai fatturato, in EUR.",
    ),
    "funnels.by_persona": Text(
        "Share that goes on to the next stage, by persona",
        "Quota che passa alla fase successiva, per persona",
    ),
    "funnels.device": Text("Device", "Dispositivo"),
    "funnels.checkout_note": Text(
        "Visits with something in the cart. “Not seen” are visitors who refused analytics, known "
        "from the shop's checkouts only; they begin with the checkout. Of the filters, only the "
        "period counts here.",
        "Visite con qualcosa nel carrello. “Non visti” sono i visitatori che hanno rifiutato le "
        "statistiche, noti solo dagli acquisti avviati; cominciano dall'avvio dell'acquisto. Dei "
        "filtri vale qui solo il periodo.",
    ),
    "funnels.carts_note": Text(
        "The cause is a guess from the last step and what happened there; nobody was asked. A "
        "cart counts as lost when its person did not order within two weeks, online or in a "
        "store. Of the filters, period and channels count here.",
        "La causa è un'ipotesi dall'ultimo passo e da ciò che vi è accaduto; nessuno è stato "
        "interpellato. Un carrello è perso se la persona non ordina entro due settimane, online o "
        "in negozio. Dei filtri valgono qui periodo e canali.",
    ),
    "funnels.lost_by_cause": Text(
        "Value of lost carts by likely cause, EUR",
        "Valore dei carrelli persi per causa probabile, EUR",
    ),
    "funnels.pages_note": Text(
        "Visits that ended on the page. Many exits are no fault of a page where people are done, "
        "as after the order; the exit rate is over its views, the bounce rate over visits that "
        "began there. Of the filters, only the period counts here.",
        "Visite finite sulla pagina. Molte uscite non sono un difetto dove si è finito, come dopo "
        "l'ordine; il tasso di uscita è sulle visualizzazioni, il tasso di rimbalzo sulle visite "
        "cominciate lì. Dei filtri vale qui solo il periodo.",
    ),
    "funnels.goes_on": Text("{count} · {rate} go on", "{count} · {rate} prosegue"),
    "funnels.exits": Text(
        "visits {exits} · exit rate {rate}",
        "visite {exits} · tasso di uscita {rate}",
    ),
    "funnels.exit_pages": Text(
        "Pages on which most visits end",
        "Pagine su cui finiscono più visite",
    ),
    "funnels.entered": Text("Persons who entered", "Persone entrate"),
    "funnels.reached_conversion": Text(
        "Reached the conversion stage",
        "Arrivate alla fase di conversione",
    ),
    "funnels.leaked_revenue": Text("Potential revenue, at most", "Ricavo potenziale, al massimo"),
    "funnels.visits_with_cart": Text("Visits with a cart or checkout", "Visite con carrello"),
    "funnels.bought": Text("Bought in the same visit", "Hanno comprato nella visita"),
    "funnels.payments_failed": Text("Payment attempts that failed", "Pagamenti falliti"),
    "funnels.carts_abandoned": Text("Abandoned carts", "Carrelli abbandonati"),
    "funnels.carts_recovered": Text("Bought later", "Recuperati"),
    "funnels.carts_lost_value": Text("Value of lost carts", "Valore dei carrelli persi"),
    # Conversion paths
    "conversion_paths.title": Text("Conversion paths", "Percorsi di conversione"),
    "conversion_paths.lead": Text(
        "Which sequences of channels end with an order? The longest bars are the commonest "
        "paths; the conversion rate beside them says how many of the journeys that went "
        "that way and are over ended with an order. It covers the whole period of the data.",
        "Quali sequenze di canali portano a un ordine? Le barre più lunghe sono i percorsi "
        "più comuni; il tasso di conversione accanto dice quanti dei viaggi conclusi su "
        "quella strada sono finiti con un ordine. Copre l'intero periodo dei dati.",
    ),
    "conversion_paths.transform": Text("How a path is told", "Come si racconta il percorso"),
    "conversion_paths.chart": Text(
        "Orders of the commonest paths, and conversion rate",
        "Ordini dei percorsi più comuni, e tasso di conversione",
    ),
    "conversion_paths.bar": Text(
        "orders {orders} · conversion rate {rate}",
        "ordini {orders} · tasso di conversione {rate}",
    ),
    "conversion_paths.any_channel": Text(
        "With channels chosen in the sidebar: paths that pass through at least one of them.",
        "Con canali scelti nella barra laterale: percorsi che passano per almeno uno di essi.",
    ),
    "transform.unique": Text("Every touchpoint", "Ogni touchpoint"),
    "transform.exposure": Text("Repeats side by side once", "Ripetizioni vicine una volta"),
    "transform.first": Text("Each channel once", "Ogni canale una volta"),
    "transform.frequency": Text("Each channel with its count", "Ogni canale con il numero"),
    "transform.exposure_to_last_known": Text(
        "Without direct visits at the end", "Senza visite dirette alla fine"
    ),
    # Attribution
    "attribution.title": Text("Attribution", "Attribuzione"),
    "attribution.lead": Text(
        "Which channels deserve the credit for orders, and what does a euro spent on them "
        "bring? Models share each order among the touchpoints before it in different ways: where "
        "they agree, the answer is firm; where dots lie far apart, it depends on the model.",
        "Quali canali hanno il merito degli ordini, e quanto rende un euro speso? I modelli "
        "dividono ogni ordine tra i touchpoint precedenti in modi diversi: dove concordano la "
        "risposta è solida; dove i punti sono lontani, dipende dal modello.",
    ),
    "attribution.models": Text("Models compared", "Modelli a confronto"),
    "attribution.returns": Text("Return on ad spend", "Ritorno sulla spesa"),
    "attribution.removal": Text("Without the channel", "Senza il canale"),
    "attribution.model": Text("Model", "Modello"),
    "attribution.share_axis": Text("Share of all orders", "Quota di tutti gli ordini"),
    "attribution.fractions": Text(
        "Models share one order among several channels, so a channel's orders need not be "
        "whole numbers.",
        "I modelli dividono un ordine tra più canali, quindi gli ordini di un canale "
        "possono non essere interi.",
    ),
    "attribution.other_models": Text("Other models", "Altri modelli"),
    "attribution.returns_note": Text(
        "ROAS: net revenue credited for each euro spent, on the same days (4× is four euros "
        "for one). Right of the dotted line the revenue exceeds the spend; whether that "
        "pays depends on the margin. Channels without spend are not shown.",
        "ROAS: ricavo netto attribuito per ogni euro speso, negli stessi giorni (4× sono "
        "quattro euro per uno). A destra della linea punteggiata il ricavo supera la spesa; "
        "se conviene dipende dal margine. I canali senza spesa non sono mostrati.",
    ),
    "attribution.returns_bar": Text(
        "{roas} · {revenue} for {spend} spent",
        "{roas} · {revenue} per {spend} di spesa",
    ),
    "attribution.unseen": Text(
        "Not measurable: {channels}, with {spend} spent. No touchpoint of a person can be seen "
        "there, so no path can credit them; that is not a return of zero.",
        "Non misurabili: {channels}, con {spend} di spesa. Lì nessun touchpoint di una "
        "persona si può vedere, quindi nessun percorso può dar loro merito; non è un "
        "ritorno nullo.",
    ),
    "attribution.roas_axis": Text(
        "Net revenue for each euro spent",
        "Ricavo netto per ogni euro speso",
    ),
    "attribution.removal_note": Text(
        "If the channel did not exist, this share of orders would be missing, by a Markov "
        "chain of the paths over the whole period. Shares overlap, so they do not add up to "
        "100%.",
        "Se il canale non esistesse, mancherebbe questa quota di ordini, secondo una catena "
        "di Markov dei percorsi sull'intero periodo. Le quote si sovrappongono, quindi la "
        "somma non è 100%.",
    ),
    "attribution.two_totals": Text(
        "Markov gives two totals. “As a channel”: all orders, shared by how much each "
        "channel would be missed. “Order by order”: each order shared among the channels of "
        "its own path only, by the same effects, so that it can be sliced by day and "
        "campaign; these are the figures of the model Markov chain above and in the table "
        "of all models. They differ by design: an order that only one channel touched is "
        "that channel's whole, however small its effect. Both are of the whole period.",
        "Markov dà due totali. “Come canale”: tutti gli ordini, divisi secondo quanto ogni "
        "canale mancherebbe. “Ordine per ordine”: ogni ordine diviso solo tra i canali del "
        "proprio percorso, secondo gli stessi effetti, così da poterlo leggere per giorno e "
        "campagna; sono i numeri del modello Catena di Markov qui sopra e nella tabella di "
        "tutti i modelli. Sono diversi di proposito: un ordine toccato da un solo canale è "
        "tutto suo, per quanto piccolo il suo effetto. Entrambi sono dell'intero periodo.",
    ),
    "attribution.removal_axis": Text("Orders that would be missing", "Ordini che mancherebbero"),
    "attribution.orders": Text("Orders", "Ordini"),
    "attribution.revenue": Text("Net revenue", "Ricavo netto"),
    "attribution.spend": Text("Ad spend", "Spesa pubblicitaria"),
    "attribution.roas": Text("ROAS where measurable", "ROAS dove misurabile"),
    "attribution.all_models": Text("All models and channels", "Tutti i modelli e canali"),
    "model.first": Text("First touchpoint", "Primo touchpoint"),
    "model.last": Text("Last touchpoint", "Ultimo touchpoint"),
    "model.last_non_direct": Text("Last touchpoint not direct", "Ultimo touchpoint non diretto"),
    "model.linear": Text("Linear", "Lineare"),
    "model.position": Text("By position (40-20-40)", "Per posizione (40-20-40)"),
    "model.time_decay": Text("Time decay", "Decadimento nel tempo"),
    "model.markov": Text("Markov chain", "Catena di Markov"),
    "model.shapley": Text("Shapley value", "Valore di Shapley"),
    # Sentiment
    "sentiment.title": Text("Sentiment", "Sentiment"),
    "sentiment.lead": Text(
        "What do reviewers feel, about what, and in which words? Sentiment runs from −1 (bad) "
        "to +1 (good) and is read from the text, not from the stars; the corrected figure "
        "allows for unhappy customers writing more often.",
        "Che cosa provano i recensori, su che cosa, e con quali parole? Il sentiment va da −1 "
        "(negativo) a +1 (positivo) e si legge dal testo, non dalle stelle; il dato corretto "
        "tiene conto che gli scontenti scrivono più spesso.",
    ),
    "sentiment.reviews": Text("Reviews", "Recensioni"),
    "sentiment.mean": Text("Mean sentiment, −1 to +1", "Sentiment medio, da −1 a +1"),
    "sentiment.mean_corrected": Text(
        "Corrected sentiment, −1 to +1",
        "Sentiment corretto, da −1 a +1",
    ),
    "sentiment.corrected": Text("Corrected", "Corretto"),
    "sentiment.raw": Text("As written", "Come scritto"),
    "sentiment.negative": Text("Negative reviews", "Recensioni negative"),
    "sentiment.by_aspect": Text("By aspect", "Per aspetto"),
    "sentiment.over_time": Text("Month by month", "Mese per mese"),
    "sentiment.by_platform": Text("By platform", "Per piattaforma"),
    "sentiment.words": Text("The words behind it", "Le parole dietro"),
    "sentiment.axis": Text(
        "Mean sentiment (the scale is −1 to +1)",
        "Sentiment medio (la scala va da −1 a +1)",
    ),
    "sentiment.words_axis": Text("Reviews that use the word", "Recensioni che usano la parola"),
    "sentiment.language": Text("Language of the reviews", "Lingua delle recensioni"),
    "sentiment.aspect": Text("Aspect", "Aspetto"),
    "sentiment.praise": Text("Good reviews, on average", "Recensioni in media positive"),
    "sentiment.complaints": Text("Bad reviews, on average", "Recensioni in media negative"),
    "sentiment.no_words": Text(
        "No word that enough authors use.", "Nessuna parola usata da abbastanza autori."
    ),
    "sentiment.words_note": Text(
        "The commonest words and pairs of words, by the mean sentiment of the reviews that use "
        "them: the darker, the clearer. Words of fewer than a handful of authors a month are not "
        "shown, nor are names. Reviews themselves are not quoted, since a text may name somebody.",
        "Le parole e le coppie di parole più comuni, secondo il sentiment medio delle recensioni "
        "che le usano: più scuro, più netto. Non si mostrano parole di pochissimi autori al mese, "
        "né nomi. Le recensioni non sono citate, perché un testo può nominare qualcuno.",
    ),
    "aspect.overall": Text("The review as a whole", "La recensione nel complesso"),
    "aspect.price": Text("Price", "Prezzo"),
    "aspect.service": Text("Service", "Servizio"),
    "aspect.personalisation": Text("Personalisation", "Personalizzazione"),
    "aspect.closeness": Text("Closeness", "Vicinanza"),
    "aspect.product": Text("Product", "Prodotto"),
    "aspect.site": Text("Site and checkout", "Sito e acquisto"),
    "aspect.delivery": Text("Delivery", "Consegna"),
    "platform.shop": Text("The shop's own", "Del negozio"),
    "platform.google": Text("Google", "Google"),
    "platform.trustpilot": Text("Trustpilot", "Trustpilot"),
    "platform.eshoppingadvisor": Text("eShoppingAdvisor", "eShoppingAdvisor"),
    "word_language.it": Text("Italian", "Italiano"),
    "word_language.en": Text("English", "Inglese"),
    "word_language.de": Text("German", "Tedesco"),
    "word_language.fr": Text("French", "Francese"),
    "word_language.es": Text("Spanish", "Spagnolo"),
    # Pain points
    "pain_points.title": Text("Pain points and moments of truth", "Attriti e momenti della verità"),
    "pain_points.lead": Text(
        "Where does the journey hurt, what decides it, and what should be mended or done "
        "more often first? Each dot is an estimate and the line its interval; only what the "
        "line keeps clear of zero is sure.",
        "Dove il viaggio fa male, che cosa lo decide, e che cosa va riparato o fatto più "
        "spesso per primo? Ogni punto è una stima e la linea il suo intervallo; è certo "
        "solo ciò che la linea tiene lontano da zero.",
    ),
    "pain_points.pains": Text("Pain points", "Attriti"),
    "pain_points.costs": Text("What costs orders", "Che cosa costa ordini"),
    "pain_points.costs_note": Text(
        "How many fewer of 100 touchpoints are followed by an order when it goes wrong than "
        "when the same kind of touchpoint goes as expected: the further right, the worse. The "
        "numbers are ranks by what it is estimated to cost; only claimed ones have a rank, "
        "those that stand the test for many comparisons.",
        "Quanti touchpoint in meno su 100 sono seguiti da un ordine quando qualcosa va "
        "storto, rispetto allo stesso tipo di touchpoint andato come previsto: più a destra, "
        "peggio. I numeri sono i posti per costo stimato; li hanno solo quelli affermati, "
        "che reggono la prova dei confronti multipli.",
    ),
    "pain_points.costs_axis": Text(
        "Fewer orders per 100 touchpoints, percentage points (line: interval)",
        "Ordini in meno ogni 100 touchpoint, punti percentuali (linea: intervallo)",
    ),
    "pain_points.symptoms": Text("Symptoms: where to look", "Sintomi: dove guardare"),
    "pain_points.symptoms_note": Text(
        "How much more often a kind of touchpoint ends a journey, is spoken badly of, has to "
        "be repeated or confuses than the rest of its stage: the further right, the worse. "
        "Kinds of touchpoint differ for many reasons, so symptoms have no price, no rank and "
        "are never claimed.",
        "Quanto più spesso un tipo di touchpoint chiude un viaggio, fa parlare male, va "
        "ripetuto o confonde rispetto al resto della sua fase: più a destra, peggio. I tipi "
        "di touchpoint differiscono per molte ragioni: i sintomi non hanno prezzo né posto e "
        "non sono mai affermati.",
    ),
    "pain_points.symptoms_axis": Text(
        "More often than the rest of the stage, percentage points (line: interval)",
        "Più spesso del resto della fase, punti percentuali (linea: intervallo)",
    ),
    "pain_points.truths": Text("Moments of truth", "Momenti della verità"),
    "pain_points.opportunities": Text("What to do first", "Che cosa fare per primo"),
    "pain_points.truths_note": Text(
        "How many more of 100 touchpoints are followed by an order than of the same kind of "
        "touchpoint that went as expected, among persons alike in stage, persona and earlier "
        "touchpoints: the further right, the better. The numbers are ranks by what it is "
        "estimated to bring.",
        "Quanti touchpoint in più su 100 sono seguiti da un ordine rispetto allo stesso tipo "
        "di touchpoint andato come previsto, tra persone simili per fase, persona e touchpoint "
        "precedenti: più a destra, meglio. I numeri sono i posti per ricavo stimato.",
    ),
    "pain_points.truths_axis": Text(
        "More orders per 100 touchpoints, percentage points (line: interval)",
        "Ordini in più ogni 100 touchpoint, punti percentuali (linea: intervallo)",
    ),
    "pain_points.opportunities_note": Text(
        "Pain points to mend and good moments to bring about more often, ranked by the net "
        "revenue they are estimated to be worth over the period (EUR). Their effects "
        "overlap: do not add them up.",
        "Attriti da riparare e buoni momenti da creare più spesso, in ordine di ricavo "
        "netto stimato nel periodo (EUR). Gli effetti si sovrappongono: non vanno sommati.",
    ),
    "pain_points.revenue_axis": Text("Estimated revenue, EUR", "Ricavo stimato, EUR"),
    "pain_points.claimed_only": Text("Only claimed ones", "Solo quelli affermati"),
    "pain_points.personas_note": Text(
        "Effects are measured over the whole period; choose personas in the sidebar to see theirs.",
        "Gli effetti sono misurati sull'intero periodo; scegli le personas nella barra "
        "laterale per vedere i loro.",
    ),
    "pain_points.sure": Text("interval clear of zero", "intervallo lontano da zero"),
    "pain_points.unsure": Text("may be nothing", "può essere nulla"),
    "signal.drop_off": Text("drop-off", "abbandono"),
    "signal.negative_sentiment": Text("negative sentiment", "sentiment negativo"),
    "signal.repeat_contact": Text("repeat contact", "contatto ripetuto"),
    "signal.confusion": Text("confusion", "confusione"),
    "signal.unanswered": Text("nobody answered", "nessuna risposta"),
    "signal.answered_at_once": Text("answered at once", "risposta immediata"),
    "signal.no_results": Text("found nothing", "nessun risultato"),
    "signal.refused": Text("payment refused", "pagamento rifiutato"),
    "signal.tried": Text("product tried", "prodotto provato"),
    "signal.helped": Text("helped by staff", "aiuto del personale"),
    "signal.attended": Text("came to an event", "presenza a un evento"),
    "signal.late": Text("late", "in ritardo"),
    "signal.early": Text("ready early", "pronto in anticipo"),
    "signal.answered_late": Text("answered late", "risposta in ritardo"),
    "signal.negative": Text("negative", "negativo"),
    "kind.mend": Text("Mend", "Riparare"),
    "kind.spread": Text("Do more often", "Fare più spesso"),
    "persona.all": Text("Everybody", "Tutti"),
    "persona.unknown": Text("Unknown", "Sconosciuta"),
    # Stores
    "stores.title": Text("Stores and ROPO", "Negozi e ROPO"),
    "stores.lead": Text(
        "How do site and stores work together? Each order is counted by the way it came about: "
        "bars show how many orders took each way. ROPO (research online, purchase offline) is "
        "bought in a store after looking on the site.",
        "Come lavorano insieme sito e negozi? Ogni ordine è contato secondo il modo in cui è "
        "nato: le barre mostrano quanti ordini per ciascun modo. ROPO (research online, "
        "purchase offline) è l'acquisto in negozio dopo aver guardato sul sito.",
    ),
    "stores.modes": Text("How orders come about", "Come nascono gli ordini"),
    "stores.by_store": Text("Store by store", "Negozio per negozio"),
    "stores.visits": Text("Store visits", "Visite in negozio"),
    "stores.visits_note": Text(
        "A visit buys where a receipt is linked to it. Help is not given by chance, so the "
        "difference compares visits and proves no cause; the two columns after it are its "
        "95% interval.",
        "Una visita compra se le è collegato uno scontrino. L'aiuto non è dato a caso: la "
        "differenza confronta visite e non prova una causa; le due colonne seguenti sono il "
        "suo intervallo al 95%.",
    ),
    "stores.visits_axis": Text("Visits", "Visite"),
    "stores.orders": Text("Orders", "Ordini"),
    "stores.crossing": Text("By site and store together", "Con sito e negozio"),
    "stores.ropo_share": Text("ROPO share of store sales", "Quota ROPO in negozio"),
    "stores.product_match": Text("Of these, product seen", "Di questi, prodotto visto"),
    "stores.orders_axis": Text("Orders", "Ordini"),
    "stores.share_axis": Text("Share of the store's orders", "Quota degli ordini del negozio"),
    "mode.online": Text("Online", "Online"),
    "mode.in_store": Text("In a store", "In negozio"),
    "mode.click_and_collect": Text("Online, collected in a store", "Online, ritirato in negozio"),
    "mode.try_and_buy": Text("Online after a store trial", "Online dopo prova in negozio"),
    "mode.ropo": Text("In a store after the site (ROPO)", "In negozio dopo il sito (ROPO)"),
    "mode.unknown": Text("Unknown sales channel", "Canale di vendita sconosciuto"),
    # Data quality
    "data_quality.title": Text("Data quality and coverage", "Qualità e copertura dei dati"),
    "data_quality.lead": Text(
        "Can the other pages be trusted? Every row that came in must be accounted for, every "
        "expectation says what should hold of the data, and coverage shows which months each "
        "source reaches.",
        "Ci si può fidare delle altre pagine? Ogni riga arrivata deve tornare nei conti, ogni "
        "aspettativa dice che cosa deve valere dei dati, e la copertura mostra quali mesi "
        "raggiunge ogni fonte.",
    ),
    "data_quality.rows": Text("Rows in files", "Righe nei file"),
    "data_quality.balanced": Text("Tables that balance", "Tabelle che quadrano"),
    "data_quality.kept_out": Text("Bad rows kept out", "Righe difettose escluse"),
    "data_quality.expectations": Text("Expectations met", "Aspettative rispettate"),
    "data_quality.reconciliation": Text("Every row accounted for", "Ogni riga nei conti"),
    "data_quality.reconciliation_note": Text(
        "Rows in files = staged + duplicates + quarantined + rejected + withdrawn; staged = "
        "touchpoints + filtered for a reason. A table balances when both hold.",
        "Righe nei file = preparate + doppie + in quarantena + rifiutate + ritirate; preparate = "
        "touchpoint + filtrate per un motivo. Una tabella quadra quando valgono entrambe.",
    ),
    "data_quality.filtered": Text(
        "Rows that are no touchpoint, and why", "Righe che non sono touchpoint, e perché"
    ),
    "data_quality.quarantined": Text("Rows kept out, and why", "Righe escluse, e perché"),
    "data_quality.expectations_tab": Text("Expectations", "Aspettative"),
    "data_quality.expectations_note": Text(
        "Critical ones stop a publication when missed; warnings are told. Each stands with its "
        "newest result.",
        "Quelle critiche fermano la pubblicazione se non rispettate; gli avvisi si segnalano. "
        "Di ciascuna vale il risultato più recente.",
    ),
    "data_quality.missed": Text("Missed", "Non rispettate"),
    "data_quality.none_missed": Text("None was missed.", "Nessuna non rispettata."),
    "data_quality.coverage": Text("Coverage", "Copertura"),
    "data_quality.coverage_note": Text(
        "Rows of each table by month; the shade is relative to the table's fullest month, so a "
        "pale cell is a gap.",
        "Righe di ogni tabella per mese; la tinta è relativa al mese più pieno della tabella, "
        "quindi una cella chiara è un vuoto.",
    ),
    "layer.raw": Text("Raw files", "File grezzi"),
    "layer.staging": Text("Staging", "Preparazione"),
    "layer.intermediate": Text("Intermediate", "Intermedio"),
    "layer.marts": Text("Marts", "Mart"),
    "severity.critical": Text("Critical", "Critica"),
    "severity.warning": Text("Warning", "Avviso"),
    "not_a": Text("not a {type}", "non è {type}"),
    "flaw.not a day YYYYMMDD": Text("not a day YYYYMMDD", "non è un giorno AAAAMMGG"),
    "flaw.before 2000": Text("before 2000", "prima del 2000"),
    "flaw.in the future": Text("in the future", "nel futuro"),
    "flaw.required, but empty": Text("required, but empty", "obbligatorio, ma vuoto"),
    "reason.a payment that worked, whose order is the touchpoint": Text(
        "a payment that worked, whose order is the touchpoint",
        "un pagamento riuscito, il cui ordine è il touchpoint",
    ),
    "reason.neither made nor redeemed at a known time": Text(
        "neither made nor redeemed at a known time",
        "né fatto né usato in un momento noto",
    ),
    "reason.on its way or failed, nobody has it": Text(
        "on its way or failed, nobody has it", "in viaggio o non consegnati, nessuno li ha"
    ),
    "reason.a purchase that was counted before": Text(
        "a purchase that was counted before", "un acquisto già contato"
    ),
    "reason.a copy on another platform": Text(
        "a copy on another platform", "una copia su un'altra piattaforma"
    ),
    "reason.money paid back for no goods": Text(
        "money paid back for no goods", "un rimborso che non riguarda la merce"
    ),
    "reason.a post of the shop itself": Text(
        "a post of the shop itself",
        "un post del negozio stesso",
    ),
    "reason.about another brand": Text("about another brand", "su un altro marchio"),
    "reason.of an engagement that is not there": Text(
        "of an engagement that is not there",
        "di una conversazione che non c'è",
    ),
    "reason.no visitor known, as consent was refused": Text(
        "no visitor known, as consent was refused",
        "nessun visitatore noto: consenso rifiutato",
    ),
    "reason.no visitor known": Text("no visitor known", "nessun visitatore noto"),
    "reason.late, kept apart": Text("late, kept apart", "in ritardo, tenute da parte"),
    "reason.of a type that is no touchpoint": Text(
        "of a type that is no touchpoint",
        "di un tipo che non è un touchpoint",
    ),
    "reason.a note for colleagues": Text("a note for colleagues", "una nota per i colleghi"),
    "reason.part of a visit, which is the touchpoint": Text(
        "part of a visit, which is the touchpoint",
        "parte di una visita, che è il touchpoint",
    ),
    "reason.describes a product": Text("describes a product", "descrive un prodotto"),
    "reason.part of an order, which is the touchpoint": Text(
        "part of an order, which is the touchpoint",
        "parte di un ordine, che è il touchpoint",
    ),
    "reason.describes a place": Text("describes a place", "descrive un luogo"),
    "reason.counts of a search term, of no one person": Text(
        "counts of a search term, of no one person",
        "conteggi di una ricerca, di nessuna persona",
    ),
    "reason.reference data": Text("reference data", "dati di riferimento"),
    "reason.a request about data, handled apart": Text(
        "a request about data, handled apart",
        "una richiesta sui dati, gestita a parte",
    ),
    "reason.describes a campaign": Text("describes a campaign", "descrive una campagna"),
    "reason.a sale, whose order is the touchpoint": Text(
        "a sale, whose order is the touchpoint",
        "una vendita, il cui ordine è il touchpoint",
    ),
    "reason.describes a person": Text("describes a person", "descrive una persona"),
    "reason.counts of a campaign, of no one person": Text(
        "counts of a campaign, of no one person",
        "conteggi di una campagna, di nessuna persona",
    ),
    # Steps, devices, causes
    "step.cart": Text("Cart", "Carrello"),
    "step.checkout": Text("Checkout", "Avvio acquisto"),
    "step.shipping": Text("Shipping", "Spedizione"),
    "step.payment": Text("Payment", "Pagamento"),
    "step.purchase": Text("Order", "Ordine"),
    "device.desktop": Text("Desktop", "Computer"),
    "device.mobile": Text("Mobile", "Telefono"),
    "device.tablet": Text("Tablet", "Tablet"),
    "device.(not seen)": Text("Not seen", "Non visti"),
    "device.(not set)": Text("Not stated", "Non indicato"),
    "device.all": Text("All devices", "Tutti i dispositivi"),
    "channel.(none)": Text("No touchpoint", "Nessun touchpoint"),
    "channel.(not seen)": Text("Not seen", "Non visto"),
    "cause.payment_failure": Text("Payment refused", "Pagamento rifiutato"),
    "cause.shipping_cost": Text("Cost of shipping", "Costo di spedizione"),
    "cause.payment_choice": Text("Choice of payment", "Scelta del pagamento"),
    "cause.delivery": Text("Delivery", "Consegna"),
    "cause.account": Text("Asked for an account", "Richiesta di registrazione"),
    "cause.checkout_start": Text("Start of the checkout", "Avvio dell'acquisto"),
    "cause.site_trouble": Text("Trouble with the site", "Difficoltà con il sito"),
    "cause.still_choosing": Text("Still choosing", "Ancora indecisi"),
    "cause.just_browsing": Text("Just browsing", "Solo uno sguardo"),
    "remedy.payment_failure": Text(
        "Offer another means of payment at once; look at the error codes",
        "Offrire subito un altro pagamento; guardare i codici di errore",
    ),
    "remedy.shipping_cost": Text(
        "Free shipping from a lower amount; show it in the cart",
        "Spedizione gratuita da un importo più basso; mostrarla nel carrello",
    ),
    "remedy.payment_choice": Text(
        "Fewer fields and more means of payment", "Meno campi e più modi di pagare"
    ),
    "remedy.delivery": Text(
        "Show the day of delivery; offer pick-up in a store",
        "Mostrare il giorno di consegna; offrire il ritiro in negozio",
    ),
    "remedy.account": Text("Let guests order", "Permettere l'ordine senza registrazione"),
    "remedy.checkout_start": Text("Fill in what is known", "Precompilare ciò che si sa"),
    "remedy.site_trouble": Text(
        "Mend the pages they went astray on", "Sistemare le pagine in cui si sono persi"
    ),
    "remedy.still_choosing": Text(
        "Help to choose: comparison and reviews and chat",
        "Aiutare a scegliere: confronti, recensioni, chat",
    ),
    "remedy.just_browsing": Text(
        "Keep the cart; remind once", "Conservare il carrello; ricordarlo una volta"
    ),
    # Columns
    "column.aspect": Text("Aspect", "Aspetto"),
    "column.average_touchpoints": Text("Mean touchpoints", "Touchpoint medi"),
    "column.balanced": Text("Balanced", "Quadra"),
    "column.bounce_rate": Text("Bounce rate", "Tasso di rimbalzo"),
    "column.carts": Text("Carts", "Carrelli"),
    "column.cause": Text("Likely cause", "Causa probabile"),
    "column.channel": Text("Channel", "Canale"),
    "column.ci_high": Text("Interval to", "Intervallo a"),
    "column.ci_low": Text("Interval from", "Intervallo da"),
    "column.continued": Text("Went on", "Proseguono"),
    "column.continued_rate": Text("Share that went on", "Quota che prosegue"),
    "column.conversion_rate": Text("Conversion rate", "Tasso di conversione"),
    "column.conversion_share": Text("Share of orders", "Quota degli ordini"),
    "column.conversions": Text("Orders", "Ordini"),
    "column.converted_journeys": Text("Journeys with an order", "Viaggi con ordine"),
    "column.corrected_mean_sentiment": Text(
        "Corrected sentiment, −1 to +1",
        "Sentiment corretto, da −1 a +1",
    ),
    "column.corrected_negative_share": Text(
        "Negative reviews, corrected",
        "Recensioni negative, corrette",
    ),
    "column.cpa": Text("Cost per order", "Costo per ordine"),
    "column.credit_conversions": Text("Orders, as a channel", "Ordini, come canale"),
    "column.credit_revenue": Text("Net revenue, as a channel", "Ricavo netto, come canale"),
    "column.device_category": Text("Device", "Dispositivo"),
    "column.dwell_seconds": Text("Time spent", "Tempo trascorso"),
    "column.effect": Text("Difference", "Differenza"),
    "column.entered": Text("Reached", "Arrivano"),
    "column.entered_here": Text("Begin here", "Cominciano qui"),
    "column.entrances": Text("Visits begun here", "Visite iniziate"),
    "column.estimated_revenue": Text("Estimated revenue", "Ricavo stimato"),
    "column.exit_rate": Text("Exit rate", "Tasso di uscita"),
    "column.exits": Text("Visits ended here", "Visite finite"),
    "column.expectation": Text("Expectation (in English)", "Aspettativa (in inglese)"),
    "column.expectations": Text("Expectations", "Aspettative"),
    "column.files": Text("Files", "File"),
    "column.first_orders": Text("First orders", "Primi ordini"),
    "column.flaw": Text("What is wrong", "Che cosa non va"),
    "column.from_channel": Text("From", "Da"),
    "column.impulse_orders": Text("On impulse", "D'impulso"),
    "column.interactions": Text("Interactions", "Interazioni"),
    "column.is_claimed": Text("Claimed", "Affermato"),
    "column.journeys": Text("Journeys", "Viaggi"),
    "column.kind": Text("To do", "Da fare"),
    "column.layer": Text("Layer", "Livello"),
    "column.leaked": Text("Stopped", "Si fermano"),
    "column.leaked_revenue": Text("Potential revenue, at most", "Ricavo potenziale, al massimo"),
    "column.left_here": Text("Left before the next step", "Escono prima del passo dopo"),
    "column.lift": Text("Times as common as usual", "Volte rispetto al solito"),
    "column.location_id": Text("Store", "Negozio"),
    "column.loss": Text("Fewer orders per 100 touchpoints", "Ordini in meno ogni 100 touchpoint"),
    "column.loss_low": Text("Interval from", "Intervallo da"),
    "column.loss_high": Text("Interval to", "Intervallo a"),
    "column.lost_carts": Text("Lost", "Persi"),
    "column.lost_journeys": Text("Lost journeys", "Viaggi persi"),
    "column.lost_value": Text("Value lost", "Valore perso"),
    "column.mean_hours": Text("Mean time before", "Tempo medio prima"),
    "column.mean_rating": Text("Stars, −1 to +1", "Stelle, da −1 a +1"),
    "column.mean_sentiment": Text("Sentiment, −1 to +1", "Sentiment, da −1 a +1"),
    "column.median_duration_hours": Text("Median duration", "Durata mediana"),
    "column.met": Text("Met", "Rispettate"),
    "column.missed": Text("Missed", "Non rispettate"),
    "column.model": Text("Model", "Modello"),
    "column.month": Text("Month", "Mese"),
    "column.negative_share": Text("Negative reviews", "Recensioni negative"),
    "column.net_revenue": Text("Net revenue", "Ricavo netto"),
    "column.non_conversions": Text("Without an order", "Senza ordine"),
    "column.observed": Text("Observed (in English)", "Osservato (in inglese)"),
    "column.open_journeys": Text("Still open", "Ancora aperti"),
    "column.order_conversions": Text("Orders, order by order", "Ordini, ordine per ordine"),
    "column.order_revenue": Text("Net revenue, order by order", "Ricavo netto, ordine per ordine"),
    "column.opinions": Text("Opinions", "Opinioni"),
    "column.orders": Text("Orders", "Ordini"),
    "column.outbound_messages": Text("Messages sent", "Messaggi inviati"),
    "column.page": Text("Page", "Pagina"),
    "column.pain_score": Text(
        "Orders lost per 100 persons (pain score)",
        "Ordini persi ogni 100 persone (indice di attrito)",
    ),
    "column.path": Text("Path", "Percorso"),
    "column.path_length": Text("Touchpoints", "Touchpoint"),
    "column.payment_attempts": Text("Payment attempts", "Tentativi di pagamento"),
    "column.payment_failure_rate": Text("Failure rate", "Tasso di fallimento"),
    "column.payment_failures": Text("Failed payments", "Pagamenti falliti"),
    "column.persona": Text("Persona", "Persona"),
    "column.persons": Text("Persons", "Persone"),
    "column.persons_per_month": Text("Persons reached a month", "Persone raggiunte al mese"),
    "column.platform": Text("Platform", "Piattaforma"),
    "column.product_match_orders": Text("Same product seen", "Stesso prodotto visto"),
    "column.purchase_mode": Text("How it came about", "Come è nato"),
    "column.q_value": Text("Risk of a false claim (q)", "Rischio di falso allarme (q)"),
    "column.rank": Text("Rank", "Posto"),
    "column.rate_of_start": Text("Share of all who entered", "Quota di chi è entrato"),
    "column.reason": Text("Reason", "Motivo"),
    "column.recovered_carts": Text("Bought later", "Recuperati"),
    "column.recovery_rate": Text("Recovery rate", "Tasso di recupero"),
    "column.remedy": Text("What to try", "Che cosa provare"),
    "column.removal_effect": Text("Orders missing without it", "Ordini mancanti senza"),
    "column.revenue": Text("Net revenue", "Ricavo netto"),
    "column.revenue_share": Text("Share of revenue", "Quota del ricavo"),
    "column.reviews": Text("Reviews", "Recensioni"),
    "column.roas": Text("ROAS", "ROAS"),
    "column.rows_duplicate": Text("Duplicates", "Doppie"),
    "column.rows_filtered": Text("Filtered", "Filtrate"),
    "column.rows_in_files": Text("Rows in files", "Righe nei file"),
    "column.rows_modelled": Text("Touchpoints", "Touchpoint"),
    "column.rows_quarantined": Text("Quarantined", "In quarantena"),
    "column.rows_rejected": Text("Rejected", "Rifiutate"),
    "column.rows_withdrawn": Text("Withdrawn", "Ritirate"),
    "column.rows_staged": Text("Staged", "Preparate"),
    "column.seconds_per_interaction": Text("Time per interaction", "Tempo per interazione"),
    "column.sentiment": Text("Sentiment, −1 to +1", "Sentiment, da −1 a +1"),
    "column.severity": Text("Severity", "Gravità"),
    "column.signal": Text("Signal", "Segnale"),
    "column.source": Text("Source", "Fonte"),
    "column.source_name": Text("Source", "Fonte"),
    "column.staged_rows": Text("Rows", "Righe"),
    "column.spend": Text("Ad spend", "Spesa pubblicitaria"),
    "column.stage": Text("Stage", "Fase"),
    "column.step": Text("Step", "Passo"),
    "column.table_name": Text("Table", "Tabella"),
    "column.to_channel": Text("To", "A"),
    "column.topic": Text("Word", "Parola"),
    "column.touchpoint_type": Text("Kind of touchpoint", "Tipo di touchpoint"),
    "column.truth_score": Text(
        "Orders won per 100 persons (truth score)",
        "Ordini portati ogni 100 persone (indice di verità)",
    ),
    "column.undecided_carts": Text("Undecided", "In sospeso"),
    "column.unexpected_count": Text("Unexpected", "Inattesi"),
    "column.unexpected_months": Text("Months it stood out", "Mesi in cui spicca"),
    "column.views": Text("Views", "Visualizzazioni"),
    "column.assistance_effect_high": Text("Difference to", "Differenza a"),
    "column.assistance_effect_low": Text("Difference from", "Differenza da"),
    "column.assistance_effect": Text("Difference by help", "Differenza con aiuto"),
    "column.unassisted_buying_share": Text("Buy when not helped", "Acquisto senza aiuto"),
    "column.assisted_buying_share": Text("Buy when helped", "Acquisto con aiuto"),
    "column.buying_share": Text("Visits that buy", "Visite con acquisto"),
    "column.assisted_share": Text("Visits helped by staff", "Visite con aiuto del personale"),
    "column.visits_with_demo": Text("With a demo", "Con prova del prodotto"),
    "column.most_touched_product_name": Text("Product stopped at most", "Prodotto più guardato"),
    "column.most_frequent_zone_path": Text(
        "Commonest way through the zones",
        "Giro più comune tra le zone",
    ),
    "column.zones_per_visit": Text("Zones per visit", "Zone per visita"),
    "column.median_dwell_seconds": Text("Median time in the store", "Tempo mediano in negozio"),
    "column.known_visits": Text("By somebody known", "Di persone note"),
    "column.city": Text("Town", "Città"),
    "column.visits": Text("Visits", "Visite"),
    "explain.mean_rating": Text(
        "Stars, put on the scale of sentiment.",
        "Stelle, riportate sulla scala del sentiment.",
    ),
    "explain.lift": Text(
        "How much commoner the word is than in the months before.",
        "Quanto la parola è più comune rispetto ai mesi precedenti.",
    ),
    "explain.q_value": Text(
        "The chance that a claim like this one is wrong, among all that were tested.",
        "La probabilità che un'affermazione come questa sia sbagliata, tra tutte quelle provate.",
    ),
    "explain.cpa": Text(
        "Ad spend for each order credited.",
        "Spesa pubblicitaria per ogni ordine attribuito.",
    ),
    "explain.roas": Text(
        "Net revenue for each euro spent on advertising.",
        "Ricavo netto per ogni euro speso in pubblicità.",
    ),
    "explain.open_journeys": Text(
        "Journeys whose last touchpoint is too recent to call them lost.",
        "Viaggi il cui ultimo touchpoint è troppo recente per dirli persi.",
    ),
    "explain.conversion_rate": Text(
        "Journeys that ended with an order, of all that are over.",
        "Viaggi finiti con un ordine, su tutti quelli conclusi.",
    ),
}


def text(key: str, language: Language, **filled: object) -> str:
    """The text of a key, with what it leaves open filled in."""
    chosen = TEXTS[key]
    words = chosen.it if language == "it" else chosen.en
    return words.format(**filled) if filled else words


def code_text(domain: str, code: str, language: Language) -> str:
    """The name of a code found in the data; a code without a text in plain characters."""
    known = TEXTS.get(f"{domain}.{code}")
    if known is None:
        return code.replace("_", " ")
    return known.it if language == "it" else known.en
