"""Requests in other languages, glossed word by word into English that the tagger reads."""

import re
from collections.abc import Callable
from functools import cache, partial

from parley.planner.builtin import nonlatin

# Words that give a language away; at least two, and more than English has.
_MARKS: dict[str, str] = {
    "de": r"der|die|das|und|wenn|jeden|jede|jedes|für|eine|einen|ein|den|dem|nicht|sonst|dann|ist|mit|bitte|auf"
    r"|aus|um|uhr|vor|nach|wird|werden|soll|per|schicke|sende|im|vom|zur|zum",
    "fr": r"le|la|les|un|une|des|du|et|quand|lorsque|chaque|tous|jours|puis|si|sinon|dans|avec|pour|est|au|aux"
    r"|envoyer|envoie|à|sur|rien|avant|après",
    "es": r"el|los|las|un|una|y|cuando|cada|todos|días|luego|si|no|con|para|en|por|del|al|envía|enviar|es|antes|después",
    "pt": r"o|os|as|um|uma|e|quando|cada|todos|dias|depois|se|não|com|para|no|na|por|do|da|ao|às|envie|enviar|é"
    r"|antes|busque|avise",
    "it": r"il|lo|gli|un|una|e|quando|ogni|tutti|giorni|poi|se|non|con|per|nel|nella|del|della|al|invia|inviare"
    r"|è|prima|dopo",
}
_ENGLISH = r"the|and|when|every|each|then|if|with|for|is|to|of|it|from|in|on|by|at|send|post"

# In order: phrases before the words in them.
_GLOSS: dict[str, str] = {
    "de": """
    lasse?=let; es um (\\w+) geht=it is about \\1; jeden ersten tag (?:im|des) monats?=every first day of the month;
    am ersten (?:tag )?(?:jedes|des|im) monats?=on the 1st of every month;
    jeden werktag|werktags|an werktagen=every weekday; jeden tag|täglich=every day; jede stunde|stündlich=every hour;
    jede woche|wöchentlich=every week; jeden monat|monatlich=every month;
    alle (\\d+|zwei|drei|vier|fünf|zehn|fünfzehn|dreißig) (?:minuten)=every \\1 minutes;
    alle (\\d+|zwei|drei|vier|sechs) stunden=every \\1 hours; jeden morgen=every morning; jeden abend=every evening;
    jede nacht=every night; montags=every monday; dienstags=every tuesday; mittwochs=every wednesday;
    donnerstags=every thursday; freitags=every friday; samstags=every saturday; sonntags=every sunday; montag=monday;
    dienstag=tuesday; mittwoch=wednesday; donnerstag=thursday; freitag=friday; samstag=saturday; sonntag=sunday;
    um (\\d+)(?:[.:](\\d\\d))? uhr(?: (\\d\\d))?=at \\1:\\2\\3; zwei=two; drei=three; vier=four; fünf=five; sechs=six;
    zehn=ten; wenn nichts gefunden (?:wird|wurde)=if nothing is found,; wenn (?=eine? |der |die |ein neue)=when;
    sobald=as soon as; ist (?:er|sie|es|das) ([^,.]{2,40}),=if it is \\1,;
    wenn|falls=if; sonst|andernfalls|ansonsten=otherwise; und dann|danach|anschließend|dann=then;
    und=and; oder=or; auch|ebenfalls=also; für jede[nsrm]?|je|pro=for each; alle=all; jede[nsrm]?=every;
    eingeht|eintrifft|ankommt|hereinkommt|reinkommt=arrives; per e-?mail|per mail=by email;
    an den kanal|in den kanal|im kanal|in kanal=to channel; kanal=channel; in slack|auf slack|per slack=on slack;
    frage beantworten=answer question; anfrage|nachricht=message; frage=question; kunde=customer;
    sprachmodell|ki|modell=language model; handbuch=handbook; wissensdatenbank|wissensbasis=knowledge base;
    sammlung=collection; im (?:web|internet)|im netz=on the web; datenbank=database; tabelle=table; formular=form;
    webhook=webhook; abfragen|abfrage|abrufen|rufe?|hole?n?|lese?n?|lies=fetch;
    verschicken|versenden|senden|sende|schicken|schicke|schick=send; posten|poste=post;
    benachrichtigen|benachrichtige|informieren|informiere=notify; zusammenfassen|fasse|zusammenfassung=summarise;
    übersetzen|übersetze=translate; schreiben|schreibe|schreib=write;
    beantworten|antworten|antworte|beantworte=answer; suchen|suche|nachschlagen|nachsehen|schlage=search;
    speichern|speichere|ablegen|eintragen=save; prüfen|prüfe=check; warten|warte=wait;
    genehmigen|freigeben|genehmigung|freigabe=approve; löschen|lösche|entfernen|entferne=remove; hinzufügen|füge=add;
    ersetzen|ersetze=replace; umbenennen|benenne=rename; herunterladen|lade=download; tage?n?=days; wochen?=weeks;
    stunden?=hours; minuten?=minutes; größer als|mehr als|über=above; kleiner als|weniger als|unter=below; ist=is;
    nicht=not; vor dem=before the; nach dem=after the; vor=before; nach=after; von=from; aus=from;
    im|in der|in dem|in=in; an=to; mit=with; für=for; auf=on; der|die|das|dem|den|des=the; eine?[nmrs]?=a;
    unsere?[nmrs]?=our; sie|es=it; uns=us; rechnung=invoice; bitte=please; soll=should; wird|werden=is;
    gestellt=asked; antwort=answer; ergebnis=result; daten=data; liste=list""",
    "fr": """
    -(?:le|la|les|moi|nous|lui|leur)= it; quand|lorsqu'?(?:e|un)?|dès que=when; un message arrive=a message arrives;
    arrive=arrives; tous les jours ouvrables|chaque jour ouvré|en semaine=every weekday;
    tous les jours|chaque jour=every day; chaque matin|tous les matins=every morning;
    chaque soir|tous les soirs=every evening; toutes les (\\d+) (?:heures)=every \\1 hours;
    toutes les (\\d+) minutes=every \\1 minutes; toutes les heures|chaque heure=every hour;
    chaque semaine|toutes les semaines=every week; chaque mois|tous les mois=every month;
    (?:tous les |chaque |le )?lundis?=every monday; (?:tous les |chaque |le )?mardis?=every tuesday;
    (?:tous les |chaque |le )?mercredis?=every wednesday; (?:tous les |chaque |le )?jeudis?=every thursday;
    (?:tous les |chaque |le )?vendredis?=every friday; (?:tous les |chaque |le )?samedis?=every saturday;
    (?:tous les |chaque |le )?dimanches?=every sunday; à (\\d+) ?h ?(\\d\\d)=at \\1:\\2;
    à (\\d+) ?(?:h|heures?)=at \\1:00; si rien n'est trouvé|s'il n'y a rien=if nothing is found;
    sinon|autrement=otherwise; si=if; et puis|et ensuite|puis|ensuite|après cela=then; et=and; ou=or;
    aussi|également=also; pour chaque|pour chacun des=for each; chaque=each;
    dans la base de connaissances|base de connaissances=in the knowledge base; dans le chat=in the chat;
    le canal=channel; sur slack|dans slack=on slack; sur le web|sur internet|en ligne=on the web;
    modèle de langage|le modèle|modèle|l'ia|ia=language model; manuel|guide interne=handbook;
    base de données=database; table=table; formulaire=form; client=customer; question=question;
    par (?:e-?mail|courriel|mail)=by email; un (?:e-?mail|courriel|mail)|e-?mail|courriel=email;
    chercher|cherche|cherchez|rechercher|recherche=search; répondre|répond|réponds|répondez=answer;
    envoyer|envoie|envoyez=send; poster|poste|publier|publie|publiez=post; prévenir|préviens|avertir|notifier=notify;
    résumer|résume|résumez|un résumé=summarise; traduire|traduis|traduisez=translate;
    écrire|écris|rédiger|rédige=write; enregistrer|enregistre|stocker|sauvegarder=save;
    récupérer|récupère|récupérez|télécharger|obtenir|lire|lis=fetch; interroger=query; vérifier|vérifie=check;
    attendre|attends|attendez=wait; approuver|valider|validation|approbation=approve;
    supprimer|supprime|enlever|enlève|retirer|retire=remove; ajouter|ajoute=add; remplacer|remplace=replace;
    supérieure? à|plus de|dépasse=above; inférieure? à|moins de=below; est=is; avant de|avant=before; après=after;
    jours?=days; semaines?=weeks; heures?=hours; deux=two; trois=three; cinq=five; de la|de l'|du|des|de|d'=of;
    aux?|à la|à l'|à=to; dans=in; sur=on; avec=with; pour=for; par=by; l'=the; les?|la=the; une?=a; notre|nos=our;
    tableau=table; réponse=answer; résultat=result; liste=list; facture=invoice""",
    "es": """
    cuando=when; cada mañana|todas las mañanas=every morning;
    cada día laborable|de lunes a viernes|todos los días laborables=every weekday;
    todos los días|cada día|diariamente=every day; cada hora=every hour; cada (\\d+) minutos=every \\1 minutes;
    cada (\\d+) horas=every \\1 hours; cada semana=every week; cada mes=every month;
    (?:todos los |cada |los )?lunes=every monday; (?:todos los |cada |los )?martes=every tuesday;
    (?:todos los |cada |los )?miércoles=every wednesday; (?:todos los |cada |los )?jueves=every thursday;
    (?:todos los |cada |los )?viernes=every friday; (?:todos los |cada |los )?sábados?=every saturday;
    (?:todos los |cada |los )?domingos?=every sunday; a las? (\\d+)(?::(\\d\\d))?(?: horas)?=at \\1:\\2;
    si no se encuentra nada|si no hay nada=if nothing is found; si no|de lo contrario=otherwise; si=if;
    y luego|y después|luego|después|entonces=then; y=and; o=or; también=also; para cada|por cada=for each; cada=each;
    llegue|llega|entra=arrives; pregunta algo=asks something; pregunte|pregunta=question;
    base de conocimientos?=knowledge base; manual=handbook; en la web|en internet|en línea=on the web;
    modelo de lenguaje|el modelo|modelo|ia=language model; base de datos=database; tabla=table; formulario=form;
    cliente=customer; por (?:correo(?: electrónico)?|email)=by email; correo(?: electrónico)?=email; canal=channel;
    en slack|de slack|por slack=on slack; buscar|busca|busque=search; responder|responde|responda|conteste?=answer;
    enviar|envía|envíe|manda|mandar|mande=send; publicar|publica|publique=post;
    avisar|avisa|avise|notificar|notifica=notify; resumir|resume|resuma|un resumen=summarise;
    traducir|traduce|traduzca=translate; escribir|escribe|escriba|redacta=write; guardar|guarda|guarde=save;
    obtener|obtén|obtenga|descargar|descarga|leer|lee|consulta|consultar=fetch; comprobar|comprueba|verifica=check;
    esperar|espera|espere=wait; aprobar|apruebe|aprobación=approve; eliminar|elimina|quitar|quita=remove;
    añadir|añade|agrega=add; reemplaza|reemplazar=replace; mayor (?:que|de)|más de|supera=above;
    menor (?:que|de)|menos de=below; es=is; antes de=before; después de=after; días?=days; semanas?=weeks;
    horas?=hours; dos=two; tres=three; de la|del|de los|de las|de=of; al?=to; en=in; con=with; para=for; por=by;
    el|la|los|las=the; una?=a; nuestr[oa]s?=our; respuesta=answer; resultado=result; lista=list; factura=invoice""",
    "pt": """
    quando=when; todos os dias úteis|em dias úteis=every weekday; todos os dias|cada dia|diariamente=every day;
    todas as manhãs|cada manhã=every morning; toda hora|a cada hora=every hour;
    a cada (\\d+) minutos=every \\1 minutes; a cada (\\d+) horas=every \\1 hours;
    toda semana|todas as semanas=every week; todo mês|todos os meses=every month;
    (?:toda |todas as |às )?segundas?(?:-feiras?)?=every monday;
    (?:toda |todas as |às )?terças?(?:-feiras?)?=every tuesday;
    (?:toda |todas as |às )?quartas?(?:-feiras?)?=every wednesday;
    (?:toda |todas as |às )?quintas?(?:-feiras?)?=every thursday;
    (?:toda |todas as |às )?sextas?(?:-feiras?)?=every friday; (?:às|as|à) (\\d+) ?h ?(\\d\\d)=at \\1:\\2;
    (?:às|as|à) (\\d+)(?::(\\d\\d))?(?: ?h(?:oras)?)?=at \\1:\\2;
    se nada for encontrado|se não houver nada=if nothing is found; senão|caso contrário=otherwise; se=if;
    e depois|e então|depois|em seguida|então=then; e=and; ou=or; também=also; para cada|por cada=for each; cada=each;
    chegar|chega|entrar=arrives; pergunta algo=asks something; perguntar|pergunta=question;
    base de conhecimento=knowledge base; manual=handbook; na web|na internet|online=on the web;
    modelo de linguagem|o modelo|modelo|ia=language model; banco de dados=database; tabela=table; formulário=form;
    cliente=customer; por e-?mail=by email; no canal|ao canal|para o canal=to channel; canal=channel;
    no slack|do slack|pelo slack=on slack; buscar|busque|busca=fetch; procurar|procure|pesquisar|pesquise=search;
    responder|responda=answer; enviar|envie|envia|mandar|mande=send; publicar|publique|postar|poste=post;
    avisar|avise|notificar|notifique=notify; resumir|resuma|um resumo=summarise; traduzir|traduza=translate;
    escrever|escreva=write; salvar|salve|guardar|guarde|gravar|grave=save;
    obter|obtenha|baixar|baixe|ler|leia|consultar|consulte=fetch; verificar|verifique=check;
    esperar|espere|aguardar|aguarde=wait; aprovar|aprovação|aprove=approve; remover|remova|tirar|tire|excluir=remove;
    adicionar|adicione=add; substituir|substitua=replace; maior que|mais de|acima de=above;
    menor que|menos de|abaixo de=below; é|for=is; antes de=before; depois de|após=after; dias?=days; semanas?=weeks;
    horas?=hours; dois|duas=two; três=three; da|do|das|dos|de=of; ao|à|aos=to; no|na|em=in; com=with; para=to; por=by;
    os?|as?=the; uma?=a; noss[oa]s?=our; resposta=answer; resultado=result; lista=list; fatura=invoice""",
    "it": """
    quando=when; ogni giorno lavorativo|nei giorni feriali=every weekday; ogni giorno|tutti i giorni=every day;
    ogni mattina=every morning; ogni ora=every hour; ogni (\\d+) minuti=every \\1 minutes;
    ogni (\\d+) ore=every \\1 hours; ogni settimana=every week; ogni mese=every month;
    (?:ogni |il )?lunedì=every monday; (?:ogni |il )?martedì=every tuesday; (?:ogni |il )?mercoledì=every wednesday;
    (?:ogni |il )?giovedì=every thursday; (?:ogni |il )?venerdì=every friday;
    alle (?:ore )?(\\d+)(?:[:.](\\d\\d))?=at \\1:\\2; se non (?:si trova|trova) nulla=if nothing is found;
    altrimenti=otherwise; se=if; e poi|poi|quindi=then; e|ed=and; o=or; anche=also;
    per ogni|per ciascun[oa]?=for each; ogni=each; arriva=arrives; base di conoscenza=knowledge base;
    manuale=handbook; sul web|su internet|in rete=on the web;
    modello linguistico|il modello|modello|ia=language model; banca dati|database=database; tabella=table;
    cliente=customer; via e-?mail|per e-?mail=by email; canale=channel; su slack=on slack; cerca|cercare=search;
    rispondi|rispondere|risponde=answer; invia|inviare|manda|mandare=send; pubblica|pubblicare=post;
    avvisa|avvisare=notify; riassumi|riassumere|un riassunto=summarise; traduci|tradurre=translate;
    scrivi|scrivere=write; salva|salvare=save; scarica|scaricare|leggi|leggere|prendi|recupera=fetch;
    controlla|verifica=check; aspetta|attendi|attendere=wait; approvare|approvazione=approve;
    rimuovi|togli|elimina=remove; aggiungi=add; sostituisci=replace; maggiore di|più di|supera=above;
    minore di|meno di=below; è=is; prima di=before; dopo=after; giorni=days; settimane=weeks; ore=hours;
    di|del|della|dei|delle=of; al|alla|ai|a=to; nel|nella|in=in; con=with; per=for; da=from; il|lo|la|gli|le|i=the;
    una?|un=a; nostr[oaie]=our; risposta=answer; risultato=result; lista=list; fattura=invoice""",
}
_VERBS = re.compile(
    r"\b(?:fetch|send|post|notify|summarise|translate|write|answer|search|save|check|wait|approve|remove"
    r"|add|replace|rename|download|query|email)$",
    re.I,
)


def is_foreign(message: str) -> bool:
    return nonlatin.script(message) is not None or detect(message) is not None


def glossing(message: str) -> Callable[[str], str]:
    """What turns the message, or a piece of it, into English words; nothing is turned where it is in none of the languages."""
    if (script := nonlatin.script(message)) is not None:
        return partial(_from_script, script=script)
    language = detect(message)
    return partial(_from, language=language) if language is not None else str


def _from_script(text: str, script: str) -> str:
    english = nonlatin.gloss(text, script)
    return _verbs_first(english) if script == "hi" else english


def _from(text: str, language: str) -> str:
    for pattern, english in _rules(language):
        text = pattern.sub(english, text)
    text = re.sub(r"(\d):(?=\D|$)", r"\1:00", text)
    return _verbs_first(text) if language == "de" else text


def detect(text: str) -> str | None:
    tokens = re.findall(r"[^\W\d_]+", text.lower())
    if len(tokens) < 3:
        return None
    english = sum(1 for token in tokens if re.fullmatch(_ENGLISH, token))
    scores = {language: sum(1 for token in tokens if re.fullmatch(marks, token)) for language, marks in _MARKS.items()}
    best = max(scores, key=lambda language: scores[language])
    return best if scores[best] >= 2 and scores[best] > 1.5 * english else None


@cache
def _rules(language: str) -> list[tuple[re.Pattern[str], str]]:
    rules: list[tuple[re.Pattern[str], str]] = []
    for entry in _GLOSS[language].split(";"):
        foreign, _, english = entry.lstrip().rpartition("=")
        end = "" if foreign.endswith(("'", ")")) or english.endswith(" ") else r"(?!\w)"
        rules.append((re.compile(rf"(?<![\w⟨])(?:{foreign}){end}", re.I), re.sub(r"\\(\d)", r"\\g<\1>", english)))
    return rules


def _verbs_first(text: str) -> str:
    """German puts the verb last: "the table loans fetch" -> "fetch the table loans", piece by piece."""
    pieces = re.split(r"(\s*(?:[,.;!?\n]|:(?!\d))\s*(?:and\s+|then\s+)?|\s+(?:and|then)\s+(?:then\s+)?)", text)
    for index in range(0, len(pieces), 2):
        piece = pieces[index].rstrip()
        if (match := _VERBS.search(piece)) and match.start() > 0:
            head = piece[: match.start()].rstrip()
            marker = re.match(
                r"(?:(?:(?:every|at)\s.*?(?:\d{1,2}:\d\d(?: [ap]m)?|month|day|week|hour)\s+)+|for each \w+\s+"
                r"|let the language model\s+|(?:if|when)\s.*?,\s*|otherwise\s+)",
                head,
                re.I,
            )
            lead = marker[0].rstrip() + (" " if marker[0].startswith("let") else ", ") if marker else ""
            pieces[index] = f"{lead}{match[0]} {head[marker.end() :] if marker else head}".strip()
    return "".join(pieces)
