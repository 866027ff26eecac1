"""The words that times and rhythms are said with, in five languages: data only."""

# One line a kind: `KIND value: words | words`. A phrase of several words goes before its parts. Foreign words count only in a text that has
# a word of STRONG in their language: "um", "am" or "dia" may be anything elsewhere.
WORDS = {
    "en": """
        EVERY: every | each | evry
        EVERY: once every | once each | once per
        PER: per
        ALL: all
        NUM 0: zero | oh
        NUM 1: one
        NUM 2: two | couple of
        NUM 3: three
        NUM 4: four
        NUM 5: five
        NUM 6: six
        NUM 7: seven
        NUM 8: eight
        NUM 9: nine
        NUM 10: ten
        NUM 11: eleven
        NUM 12: twelve
        NUM 13: thirteen
        NUM 14: fourteen
        NUM 15: fifteen
        NUM 16: sixteen
        NUM 17: seventeen
        NUM 18: eighteen
        NUM 19: nineteen
        NUM 20: twenty
        NUM 30: thirty
        NUM 40: forty
        NUM 50: fifty
        NUM 60: sixty
        NUM 90: ninety
        ORD 1: first
        ORD 2: second
        ORD 3: third
        ORD 4: fourth
        ORD 5: fifth
        ORD 6: sixth
        ORD 7: seventh
        ORD 8: eighth
        ORD 10: tenth
        ORD 12: twelfth
        ORD 15: fifteenth
        ORD 20: twentieth
        OTHER: other | alternate
        LAST: last
        ONCE 1: once
        ONCE 2: twice
        ONCE 3: thrice
        FOLD: times | x
        DAY 0: sunday | sundays | sun
        DAY 1: monday | mondays | mon
        DAY 2: tuesday | tuesdays | tue | tues
        DAY 3: wednesday | wednesdays | wed | weds
        DAY 4: thursday | thursdays | thu | thur | thurs
        DAY 5: friday | fridays | fri
        DAY 6: saturday | saturdays | sat
        WEEKDAYS: weekday | weekdays | week day | week days | workday | workdays | work day | work days | working day | working days
        WEEKDAYS: business day | business days | school day | school days | schoolday | schooldays
        WEEKEND: weekend | weekends | week end | week ends
        MINUTE: minute | minutes | min | mins | m
        HOUR: hour | hours | hr | hrs
        HMARK: h
        OCLOCK: o'clock | o clock | oclock | o’clock
        DATE: day | days
        WEEK: week | weeks
        FORTNIGHT: fortnight | fortnights
        AMONTH: month | months
        AYEAR: year | years
        QUARTERS: quarters
        SPAN 15: quarter of an hour | quarter hour | quarter of hour
        SPAN 30: half hour | half an hour | half a hour
        SPAN 45: three quarters of an hour
        SPAN 90: hour and a half | hour and half
        SPANLY 30: half hourly
        SPANLY 15: quarter hourly
        HOURLY: hourly
        DAILY: daily | everyday
        NIGHTLY: nightly
        WEEKLY: weekly
        FORTNIGHTLY: fortnightly | biweekly | bi weekly
        MONTHLY: monthly
        MONTHLY 2: bimonthly | bi monthly
        MONTHLY 3: quarterly
        MONTHLY 6: half yearly | semi annually | semiannually | biannually | twice yearly
        MONTHLY 12: yearly | annually
        PART 8: morning | mornings
        PART 15: afternoon | afternoons
        PART 18: evening | evenings
        PART 22: night | nights
        NOON 12: noon | midday | noontime | lunchtime | lunch time
        NOON 0: midnight
        SHADE: early | late | mid
        MONTH 1: january | jan
        MONTH 2: february | feb
        MONTH 3: march | mar
        MONTH 4: april | apr
        MONTH 5: may
        MONTH 6: june | jun
        MONTH 7: july | jul
        MONTH 8: august | aug
        MONTH 9: september | sep | sept
        MONTH 10: october | oct
        MONTH 11: november | nov
        MONTH 12: december | dec
        SEASON 3: spring
        SEASON 6: summer
        SEASON 9: autumn
        SEASON 12: winter
        HALF: half
        QUARTER: quarter
        PAST: past | after
        TO: to | before | till
        THROUGH: through | until | thru
        AND: and | or | plus
        AT: at | around
        ON: on
        IN: in | during | over
        OF: of
        FROM: from
        BETWEEN: between
        BY: by
        EDGE 1: start | beginning
        EDGE 15: middle
        EDGE 28: end
        EDGEMONTH 1: month start
        EDGEMONTH 15: mid month
        EDGEMONTH 28: month end
        OFFICE: office hours | business hours | working hours | work hours
        NOT: not | never | except | excluding | apart from | other than | without | no | but not | and not | except for | but never
        BUT: but
        FILL: the | a | an | about | exactly | sharp | single | approx | approximately | punctually
        MEASURE: percent | degrees | degree | days' | people | pieces | items | rows | points | euros | euro | dollars | copies
        MEASURE: steps | lines | stars | users | orders | entries | results | years | seconds | km | kg | litres | metres
        """,
    "de": """
        EVERY: jeden | jede | jedes | jeder | jedem
        ALL: alle
        PER: pro
        NUM 1: eins
        NUM 2: zwei
        NUM 3: drei
        NUM 4: vier
        NUM 5: fünf
        NUM 6: sechs
        NUM 7: sieben
        NUM 8: acht
        NUM 9: neun
        NUM 10: zehn
        NUM 11: elf
        NUM 12: zwölf
        NUM 15: fünfzehn
        NUM 20: zwanzig
        NUM 30: dreißig | dreissig
        ORD 1: erste | ersten | erster
        ORD 2: zweite | zweiten | zweiter
        ORD 3: dritte | dritten | dritter
        ORD 4: vierte | vierten
        LAST: letzte | letzten | letzter
        ONCE 1: einmal
        ONCE 2: zweimal
        ONCE 3: dreimal
        DAY 1: montag | montags | mo
        DAY 2: dienstag | dienstags | di
        DAY 3: mittwoch | mittwochs | mi
        DAY 4: donnerstag | donnerstags | do
        DAY 5: freitag | freitags | fr
        DAY 6: samstag | samstags | sonnabend | sonnabends | sa
        DAY 0: sonntag | sonntags | so
        WEEKDAYS: werktag | werktags | werktagen | wochentags | arbeitstag | arbeitstags | arbeitstagen
        WEEKEND: wochenende | wochenenden | wochenends
        MINUTE: minute | minuten
        HOUR: stunde | stunden
        OCLOCK: uhr
        DATE: tag | tage | tagen | tages
        WEEK: woche | wochen
        AMONTH: monat | monate | monats
        AYEAR: jahr | jahre | jahres
        QUARTERS: quartal | quartals
        SPAN 15: viertelstunde
        SPAN 30: halbe stunde | halben stunde
        SPANLY 30: halbstündlich
        SPANLY 15: viertelstündlich
        HOURLY: stündlich
        DAILY: täglich
        WEEKLY: wöchentlich
        MONTHLY: monatlich
        MONTHLY 3: vierteljährlich | quartalsweise
        MONTHLY 6: halbjährlich
        MONTHLY 12: jährlich
        PART 8: morgen | morgens | früh | vormittag | vormittags
        PART 15: nachmittag | nachmittags
        PART 18: abend | abends
        PART 22: nacht | nachts
        NOON 12: mittag | mittags
        NOON 0: mitternacht
        MONTH 1: januar
        MONTH 2: februar
        MONTH 3: märz
        MONTH 5: mai
        MONTH 6: juni
        MONTH 7: juli
        MONTH 10: oktober
        MONTH 12: dezember
        HALB: halb
        QUARTER: viertel
        PAST: nach
        TO: vor
        THROUGH: bis
        AND: und | sowie
        AT: um | gegen
        ON: am | an
        IN: im | in der
        FROM: von | ab
        BETWEEN: zwischen
        EDGE 1: anfang | beginn
        EDGE 15: mitte
        EDGE 28: ende
        NOT: außer | ausser | nicht
        FILL: der | die | das | dem | den | des
        """,
    "fr": """
        EVERY: chaque | tous les | toutes les | tout les
        NUM 1: une
        NUM 2: deux
        NUM 3: trois
        NUM 4: quatre
        NUM 5: cinq
        NUM 7: sept
        NUM 8: huit
        NUM 9: neuf
        NUM 10: dix
        NUM 11: onze
        NUM 15: quinze
        NUM 20: vingt
        NUM 30: trente
        ORD 1: premier | première | premiers
        ORD 2: deuxième
        ORD 3: troisième
        LAST: dernier | dernière | derniers
        DAY 1: lundi | lundis
        DAY 2: mardi | mardis
        DAY 3: mercredi | mercredis
        DAY 4: jeudi | jeudis
        DAY 5: vendredi | vendredis
        DAY 6: samedi | samedis
        DAY 0: dimanche | dimanches
        WEEKDAYS: jours ouvrables | jours ouvrés | jour ouvrable | jour ouvré | en semaine
        WEEKEND: week ends | week end
        HOUR: heure | heures
        DATE: jour | jours
        WEEK: semaine | semaines
        AMONTH: mois
        AYEAR: an | ans
        QUARTERS: trimestre | trimestres
        SPAN 15: quart d heure | quarts d heure | quart d'heure | quarts d'heure
        SPAN 30: demi heure | demi heures | demie heure
        DAILY: quotidiennement
        PART 8: matin | matins
        PART 15: après midi
        PART 18: soir | soirs
        PART 22: nuit | nuits
        NOON 12: midi
        NOON 0: minuit
        MONTH 1: janvier
        MONTH 2: février
        MONTH 3: mars
        MONTH 4: avril
        MONTH 5: mai
        MONTH 6: juin
        MONTH 7: juillet
        MONTH 8: août
        MONTH 9: septembre
        MONTH 10: octobre
        MONTH 11: novembre
        MONTH 12: décembre
        HALF: demie | demi
        QUARTER: quart
        MINUS: moins
        AND: et
        AT: à
        TO: au
        IN: en | dans
        OF: de | de la | des
        FROM: du
        BETWEEN: entre
        FOLD: fois
        ONCE 1: une fois
        ONCE 2: deux fois
        PER: par
        EDGE 1: début
        EDGE 28: fin
        NOT: sauf
        FILL: le | la | les
        """,
    "es": """
        EVERY: cada | todos los | todas las
        NUM 1: uno
        NUM 2: dos
        NUM 3: tres
        NUM 4: cuatro
        NUM 5: cinco
        NUM 6: seis
        NUM 7: siete
        NUM 8: ocho
        NUM 9: nueve
        NUM 10: diez
        NUM 11: once
        NUM 12: doce
        NUM 15: quince
        NUM 20: veinte
        NUM 30: treinta
        ORD 1: primer | primero
        ORD 2: segundo
        ORD 3: tercer | tercero
        LAST: último
        DAY 1: lunes
        DAY 2: martes
        DAY 3: miércoles | miercoles
        DAY 4: jueves
        DAY 5: viernes
        DAY 6: sábado | sábados | sabado | sabados
        DAY 0: domingo | domingos
        WEEKDAYS: día laborable | días laborables | entre semana
        WEEKEND: fines de semana | fin de semana
        MINUTE: minuto | minutos
        HOUR: hora | horas
        DATE: día | días
        WEEK: semana | semanas
        AMONTH: mes | meses
        AYEAR: año | años
        QUARTERS: trimestre | trimestres
        SPAN 15: cuarto de hora
        SPAN 30: media hora
        DAILY: diariamente | a diario
        WEEKLY: semanalmente
        MONTHLY: mensualmente
        PART 8: mañana | mañanas
        PART 15: tarde | tardes
        PART 22: noche | noches
        NOON 12: mediodía
        NOON 0: medianoche
        MONTH 1: enero
        MONTH 2: febrero
        MONTH 3: marzo
        MONTH 4: abril
        MONTH 5: mayo
        MONTH 6: junio
        MONTH 7: julio
        MONTH 8: agosto
        MONTH 9: septiembre
        MONTH 10: octubre
        MONTH 11: noviembre
        MONTH 12: diciembre
        HALF: media
        QUARTER: cuarto
        MINUS: menos
        AND: y
        AT: a las | a la | al
        TO: a
        IN: en
        PER: por
        OF: de | del | de la
        FROM: desde | de
        BETWEEN: entre
        FOLD: veces
        ONCE 1: una vez
        NOT: excepto | salvo
        FILL: el | la | los | las
        """,
    "pt": """
        EVERY: cada | a cada | todos os | todas as | toda | todo
        NUM 2: dois | duas
        NUM 3: três
        NUM 4: quatro
        NUM 5: cinco
        NUM 6: seis
        NUM 7: sete
        NUM 8: oito
        NUM 9: nove
        NUM 10: dez
        NUM 11: onze
        NUM 12: doze
        NUM 15: quinze
        NUM 20: vinte
        NUM 30: trinta
        ORD 1: primeiro | primeira
        LAST: último
        DAY 1: segunda | segundas | segunda feira | segundas feiras
        DAY 2: terça | terças | terça feira | terças feiras
        DAY 3: quarta | quartas | quarta feira | quartas feiras
        DAY 4: quinta | quintas | quinta feira | quintas feiras
        DAY 5: sexta | sextas | sexta feira | sextas feiras
        DAY 6: sábado | sábados
        DAY 0: domingo | domingos
        WEEKDAYS: dias úteis | dia útil
        WEEKEND: fins de semana | fim de semana
        MINUTE: minuto | minutos
        HOUR: hora | horas
        DATE: dia | dias
        WEEK: semana | semanas
        AMONTH: mês | meses
        AYEAR: ano | anos
        QUARTERS: trimestre | trimestres
        SPAN 30: meia hora
        DAILY: diariamente
        WEEKLY: semanalmente
        MONTHLY: mensalmente
        PART 8: manhã | manhãs
        PART 15: tarde | tardes
        PART 22: noite | noites
        NOON 12: meio dia
        NOON 0: meia noite
        MONTH 1: janeiro
        MONTH 2: fevereiro
        MONTH 3: março
        MONTH 4: abril
        MONTH 5: maio
        MONTH 6: junho
        MONTH 7: julho
        MONTH 8: agosto
        MONTH 9: setembro
        MONTH 10: outubro
        MONTH 11: novembro
        MONTH 12: dezembro
        HALF: meia
        AND: e
        AT: às | ao | à
        TO: a
        IN: em | no | na | pela
        ON: nos | nas | aos
        OF: de | do | da
        FROM: de
        BETWEEN: entre
        FOLD: vezes
        PER: por
        ONCE 1: uma vez
        NOT: exceto | menos
        FILL: o | os | as
        """,
}
STRONG = {
    "de": r"uhr|(?:mon|diens|donners|frei|sams|sonn|werk|arbeits)tags?|mittwochs?|sonnabends?|jede[nmrs]?|monate?s?|tages|stunden?|wochen?"
    r"|einmal|zweimal|dreimal|abends|morgens|nachts|täglich|\w*stündlich|wöchentlich|monatlich|\w*jährlich|werktagen|halb|viertel"
    r"|wochenende|mitternacht|mo\s?-\s?(?:fr|sa|so)|alle (?:\d+|zwei|drei|vier|fünf|sechs|acht|zehn|zwölf|fünfzehn|zwanzig|dreißig)"
    r" (?:minuten|stunden|tage|wochen)",
    "fr": r"lundis?|mardis?|mercredis?|jeudis?|vendredis?|samedis?|dimanches?|tou(?:s|tes) les|chaque|heures?|midi|minuit|mois|matin|soir"
    r"|en semaine|par (?:jour|semaine|mois)",
    "es": r"lunes|martes|mi[ée]rcoles|jueves|viernes|todos los|todas las|a las|cada (?!um)\w+|mediod[ií]a|medianoche|mes(?:es)?|veces"
    r"|entre semana",
    "pt": r"(?:segunda|terça|quarta|quinta|sexta)s?(?:-feiras?)?|tod[oa]s? (?:[oa]s? )?\w+|às|a cada|dias úteis|vezes|mês|meia-noite"
    r"|meio-dia",
}
