"""What people say about when a workflow starts, and the cron that it means; and what sounds like a time and is none."""

import pytest

from parley.nodes.cron import check_cron
from parley.planner.builtin import schedule

# One line each: what is said = minute hour day month weekday, and "x2" where only each second time counts.
SAID = """
# times of day
every day at 8 = 0 8 * * *
every day at 8:30 = 30 8 * * *
every day at 7.30 = 30 7 * * *
every day at 7:30h = 30 7 * * *
every day at 0730 = 30 7 * * *
daily at 1930 hours = 30 19 * * *
daily at 7pm = 0 19 * * *
daily at 7 p.m. = 0 19 * * *
daily 7:15 pm = 15 19 * * *
daily at 7.15 pm = 15 19 * * *
daily at 19h = 0 19 * * *
daily at 19 o'clock = 0 19 * * *
each day at eight o'clock = 0 8 * * *
daily at 12 am = 0 0 * * *
daily at 12 pm = 0 12 * * *
daily at noon = 0 12 * * *
every day at midnight = 0 0 * * *
midnight every day = 0 0 * * *
noon on Sundays = 0 12 * * 0
every day at half past nine = 30 9 * * *
every day at half nine = 30 9 * * *
every day at quarter past eight = 15 8 * * *
every day at a quarter to seven = 45 6 * * *
quarter past eight in the morning, Mondays to Fridays = 15 8 * * 1-5
Mondays to Fridays, quarter past eight in the morning = 15 8 * * 1-5
every day at eight thirty = 30 8 * * *
every day at seven-thirty = 30 7 * * *
every day at six oh five = 5 6 * * *
every day at six forty-five = 45 6 * * *
every day at twenty to nine = 40 8 * * *
every day at five past six = 5 6 * * *
every day at ten minutes past nine = 10 9 * * *
every day at 20 past 8 = 20 8 * * *
every day at twenty-five to eight = 35 7 * * *
half past six in the evening every Friday = 30 18 * * 5
daily, 19:00 = 0 19 * * *
daily 8 = 0 8 * * *
Wednesdays 9:10 - = 10 9 * * 3
Mondays 8 = 0 8 * * 1
Mondays: 8:15 = 15 8 * * 1
Thursdays 14:15 = 15 14 * * 4
19h daily = 0 19 * * *
8 every day = 0 8 * * *
# parts of the day
in the morning at eight = - 0 8
late afternoon every day = 0 15 * * *
early each morning at 6 = 0 6 * * *
at night at 11 = - 0 23
every night at 11 = 0 23 * * *
every night at 1 = 0 1 * * *
each night at 23:30 = 30 23 * * *
nightly at 2 = 0 2 * * *
nightly = 0 22 * * *
every morning = 0 8 * * *
each evening = 0 18 * * *
every evening at 7 = 0 19 * * *
every evening at 7:30 = 30 19 * * *
at 7 every evening = 0 19 * * *
at 7 in the evening every day = 0 19 * * *
every afternoon at 3 = 0 15 * * *
at 3 in the afternoon on Tuesdays = 0 15 * * 2
every morning at 5 = 0 5 * * *
Monday mornings = 0 8 * * 1
Friday evening = 0 18 * * 5
Sunday night at 22:00 = 0 22 * * 0
every Friday at lunchtime = 0 12 * * 5
weekday mornings at 8:30 = 30 8 * * 1-5
each weekday morning at 8:30 = 30 8 * * 1-5
every morning and evening = 0 8,18 * * *
every noon = 0 12 * * *
daily at 12 at night = 0 0 * * *
# a bare hour from one to five
every Thursday at 4 = 0 16 * * 4
every day at three = 0 15 * * *
every day at half past three = 30 15 * * *
every day at 3:30 = 30 3 * * *
every day at 04:00 = 0 4 * * *
every day at 4 am = 0 4 * * *
every day at 6 = 0 6 * * *
# several times a day
at 9 and 17 every day = 0 9,17 * * *
every day at 9 and 17 = 0 9,17 * * *
every day at 8, 12 and 16 = 0 8,12,16 * * *
every day at 8:30 and 16:30 = 30 8,16 * * *
every day at 9 and 11 am = 0 9,11 * * *
every day at 8am and 6pm = 0 8,18 * * *
every day at 9, 1 and 5 = 0 9,13,17 * * *
every day at noon and midnight = 0 0,12 * * *
twice a day at 8 and 20 = 0 8,20 * * *
twice a day at 8 and at 20 = 0 8,20 * * *
twice daily at 9am and 9pm = 0 9,21 * * *
twice a day = 0 8,20 * * *
two times a day = 0 8,20 * * *
three times a day = 0 8,14,20 * * *
three times per day on weekdays = 0 8,14,20 * * 1-5
once a day = 0 9 * * *
once a day at 6 = 0 6 * * *
# days of the week
every Monday = 0 9 * * 1
on Mondays = 0 9 * * 1
Tuesdays and Thursdays = 0 9 * * 2,4
Tuesdays and Thursdays at 10 = 0 10 * * 2,4
Mon, Wed + Fri = 0 9 * * 1,3,5
Mon/Wed/Fri 7:00 = 0 7 * * 1,3,5
Mondays, Wednesdays, and Fridays at noon = 0 12 * * 1,3,5
Mondays to Fridays = 0 9 * * 1-5
Monday through Thursday at 7 = 0 7 * * 1-4
from Monday to Friday at 6:15 = 15 6 * * 1-5
Tue-Sat = 0 9 * * 2-6
Tue - Sat, 8:00 = 0 8 * * 2-6
Mon–Fri 8am = 0 8 * * 1-5
Fri to Mon at 8 = 0 8 * * 0,1,5,6
Saturdays & Sundays at 10 = 0 10 * * 0,6
weekdays = 0 9 * * 1-5
on working days at 7 = 0 7 * * 1-5
each business day at 8 o'clock = 0 8 * * 1-5
school days 7:45 = 45 7 * * 1-5
every weekend at 10 = 0 10 * * 0,6
at 7 on weekends = 0 7 * * 0,6
everyday at 6pm = 0 18 * * *
weekly = 0 9 * * 1
every week at 7 = 0 7 * * 1
twice a week on Tuesday and Friday at 8 = 0 8 * * 2,5
Every Mon. at 8 = 0 8 * * 1
on Wed. & Fri. 9:00 = 0 9 * * 3,5
once a week on Thursday = 0 9 * * 4
weekly on Fridays at 16:00 = 0 16 * * 5
twice a week = 0 9 * * 1,4
three times a week at 7 = 0 7 * * 1,3,5
at the start of every week = 0 9 * * 1
# days left out
every day but Sunday = 0 9 * * 1-6
every day except Sundays at 8 = 0 8 * * 1-6
daily at 8, not on weekends = 0 8 * * 1-5
daily at 8 except weekends = 0 8 * * 1-5
every day at 8 but no weekends = 0 8 * * 1-5
every day except Saturday and Sunday at 5:30 = 30 5 * * 1-5
Mondays but not in August at 8 = 0 8 * 1-7,9-12 1
weekdays except Friday at 9 = 0 9 * * 1-4
every hour but not on Sundays = 0 * * * 1-6
# slips in day names
every wendesday at 8 = 0 8 * * 3
every thurday at 8 = 0 8 * * 4
every tuseday at 8 = 0 8 * * 2
firdays at 8 = 0 8 * * 5
each wensday 10am = 0 10 * * 3
saterdays at noon = 0 12 * * 6
# days of the month
On the 1st and 15th of every month at 7am = 0 7 1,15 * *
on the 1st, 10th and 20th = 0 9 1,10,20 * *
1st and 15th = 0 9 1,15 * *
1st and 15th at 6 = 0 6 1,15 * *
every 5th of the month = 0 9 5 * *
every 5th of the month at 10:30 = 30 10 5 * *
on the 15th of each month = 0 9 15 * *
on the 15th = 0 9 15 * *
on the fifteenth of each month = 0 9 15 * *
day 3 of the month at 8 = 0 8 3 * *
day 3 = 0 9 3 * *
on day 1 and 15 of each month = 0 9 1,15 * *
every month on the 5th at 8 = 0 8 5 * *
monthly on the 10th = 0 9 10 * *
monthly on day 12 at 9 = 0 9 12 * *
monthly = 0 9 1 * *
once a month = 0 9 1 * *
every month at 7 = 0 7 1 * *
twice a month = 0 9 1,15 * *
on the first of every month at 6 = 0 6 1 * *
on the first day of each month = 0 9 1 * *
the last day of the month = 0 9 28 * *
on the last day of every month at 23:00 = 0 23 28 * *
start of the month = 0 9 1 * *
at the beginning of each month = 0 9 1 * *
in the middle of the month = 0 9 15 * *
mid-month at 8 = 0 8 15 * *
at the end of the month at 18:00 = 0 18 28 * *
first Monday of the month = 0 9 1-7 * 1
on the first Monday of each month at 8 = 0 8 1-7 * 1
every third Friday of the month at noon = 0 12 15-21 * 5
the second Tuesday of every month = 0 9 8-14 * 2
second and fourth Thursday of the month at 19:00 = 0 19 8-14,22-28 * 4
first working day of the month at 8 = 0 8 1 * *
last Friday of the month at 15:00 = 0 15 22-28 * 5
# months, seasons, years
every January 5 = 0 9 5 1 *
on March 3rd at 8 = 0 8 3 3 *
yearly on 3 March = 0 9 3 3 *
every year on the 24th of December at noon = 0 12 24 12 *
1 April and 1 October at 10 = 0 10 1 4,10 *
once a year = 0 9 1 1 *
annually = 0 9 1 1 *
twice a year = 0 9 1 */6 *
every half year = 0 9 1 */6 *
quarterly = 0 9 1 */3 *
every quarter = 0 9 1 */3 *
each quarter on the 2nd = 0 9 2 */3 *
beginning of every quarter = 0 9 1 */3 *
at the end of each year = 0 9 31 12 *
at the end of each quarter at 17:00 = 0 17 28 3,6,9,12 *
quarterly on the 15th at 8 = 0 8 15 */3 *
every three months = 0 9 1 */3 *
every other month on the 10th = 0 9 10 */2 *
every December = 0 9 1 12 *
in December = 0 9 1 12 *
every day in December at 7 = 0 7 * 12 *
Mondays in July and August at 6 = 0 6 * 7-8 1
daily from May to September at 5:30 = 30 5 * 5-9 *
from May to September = 0 9 * 5-9 *
every Friday from October to March at 8 = 0 8 * 1-3,10-12 5
every morning in summer at 6 = 0 6 * 6-8 *
every Sunday during winter = 0 9 * 1-2,12 0
# minutes and hours
every minute = * * * * *
every 20 minutes = */20 * * * *
every twenty minutes = */20 * * * *
every five mins = */5 * * * *
every half hour = */30 * * * *
every half an hour = */30 * * * *
half-hourly = */30 * * * *
every quarter of an hour = */15 * * * *
every quarter hour = */15 * * * *
every hour = 0 * * * *
hourly = 0 * * * *
once an hour = 0 * * * *
twice an hour = */30 * * * *
four times an hour = */15 * * * *
every two hours = 0 */2 * * *
every 2h = 0 */2 * * *
every other hour = 0 */2 * * *
every 12 hours = 0 */12 * * *
all four hours = 0 */4 * * *
every 90 minutes = */30 * * * * x3
every hour and a half = */30 * * * * x3
every 48 hours = 0 9 */2 * *
every 24 hours at 6 = 0 6 * * *
every 10m = */10 * * * *
every couple of hours = 0 */2 * * *
at 15 minutes past the hour = 15 * * * *
on the half-hour = 30 * * * *
every ten minutes at night = */10 22-23,0-5 * * *
hourly on the half hour = 30 * * * *
every hour on the hour = 0 * * * *
at ten past every hour = 10 * * * *
quarter past each hour = 15 * * * *
every hour at half past = 30 * * * *
five minutes before every hour = 55 * * * *
every hour at minute 5 = 5 * * * *
every hour at :15 = 15 * * * *
every two hours at quarter past = 15 */2 * * *
every 15 min between 8 and 18 = */15 8-18 * * *
every 10 minutes from 6am to 10pm on weekdays = */10 6-22 * * 1-5
every 20 minutes during office hours (9 to 17, mon-fri) = */20 9-17 * * 1-5
every half hour during business hours = */30 9-17 * * 1-5
hourly from 9 to 5 on working days = 0 9-17 * * 1-5
every 2 hours between 8am and 8pm = 0 8-20/2 * * *
every hour from 9 to 17 = 0 9-17 * * *
every 5 minutes 7-19, Mon-Sat = */5 7-19 * * 1-6
every 30 minutes from 22 to 6 = */30 22-23,0-6 * * *
every 10 minutes on weekends = */10 * * * 0,6
every 15 minutes on Mondays and Tuesdays = */15 * * * 1,2
# each n-th
every other Friday = 0 9 * * 5 x2
every other Friday at 10 = 0 10 * * 5 x2
every second Tuesday = 0 9 * * 2 x2
every 3rd Wednesday at 7 = 0 7 * * 3 x3
fortnightly on Mondays = 0 9 * * 1 x2
every fortnight = 0 9 * * 1 x2
biweekly on Thursday at 8 = 0 8 * * 4 x2
every other week on Tuesday at 9 = 0 9 * * 2 x2
every 2 weeks on Friday at noon = 0 12 * * 5 x2
every six weeks = 0 9 * * 1 x6
every 3 days = 0 9 */3 * *
every second day at 6 = 0 6 */2 * *
every other day = 0 9 */2 * *
every two years = 0 9 1 1 * x2
# German
täglich um 10:15 = 15 10 * * *
jeden Tag um 8 = 0 8 * * *
jeden Montag um 8 Uhr = 0 8 * * 1
jeden Mittwoch um 7:30 Uhr = 30 7 * * 3
montags und donnerstags um 7.30 Uhr = 30 7 * * 1,4
montags bis freitags um 16 Uhr 45 = 45 16 * * 1-5
Mo-Fr 8 Uhr = 0 8 * * 1-5
werktags um halb neun = 30 8 * * 1-5
werktags um viertel nach acht = 15 8 * * 1-5
täglich um viertel vor sieben = 45 6 * * *
täglich um 3 Uhr = 0 3 * * *
täglich um fünf vor halb neun = 25 8 * * *
jeden Morgen um sieben = 0 7 * * *
jeden Abend um 8 = 0 20 * * *
jeden Abend = 0 18 * * *
täglich um Mitternacht = 0 0 * * *
am 1. und 15. jeden Monats = 0 9 1,15 * *
am 1. jedes Monats um 6 Uhr = 0 6 1 * *
am ersten Montag im Monat = 0 9 1-7 * 1
alle 20 Minuten = */20 * * * *
alle zwei Stunden = 0 */2 * * *
jede halbe Stunde = */30 * * * *
stündlich = 0 * * * *
jeden zweiten Freitag um 10 Uhr = 0 10 * * 5 x2
alle zwei Wochen = 0 9 * * 1 x2
am letzten Tag des Monats = 0 9 28 * *
zweimal täglich = 0 8,20 * * *
einmal pro Woche = 0 9 * * 1
jede Nacht um 2 = 0 2 * * *
wöchentlich = 0 9 * * 1
monatlich = 0 9 1 * *
jeden Tag außer Sonntag um 9 = 0 9 * * 1-6
am Wochenende um 10 Uhr = 0 10 * * 0,6
# French
tous les jours à 7h30 = 30 7 * * *
tous les jours à 19h = 0 19 * * *
chaque lundi à 9 heures = 0 9 * * 1
tous les vendredis à 17h = 0 17 * * 5
le lundi et le jeudi à 8h = 0 8 * * 1,4
du lundi au vendredi à 8h15 = 15 8 * * 1-5
tous les jours à sept heures et demie = 30 7 * * *
tous les jours à huit heures moins le quart = 45 7 * * *
chaque matin = 0 8 * * *
chaque soir à 8 heures = 0 20 * * *
toutes les demi-heures = */30 * * * *
toutes les 10 minutes = */10 * * * *
toutes les deux heures = 0 */2 * * *
tous les quarts d'heure = */15 * * * *
le 1er et le 15 de chaque mois = 0 9 1,15 * *
le premier du mois à 8h = 0 8 1 * *
deux fois par jour = 0 8,20 * * *
en semaine à 9h = 0 9 * * 1-5
tous les premiers lundis du mois = 0 9 1-7 * 1
tous les jours à midi = 0 12 * * *
tous les jours sauf le dimanche = 0 9 * * 1-6
# Spanish
cada lunes a las 9 = 0 9 * * 1
todos los días a las 7:30 = 30 7 * * *
todos los días a las nueve y media = 30 9 * * *
cada día a las ocho menos cuarto = 45 7 * * *
los martes y jueves a las 18h = 0 18 * * 2,4
de lunes a viernes a las 8 = 0 8 * * 1-5
cada mañana = 0 8 * * *
cada 15 minutos = */15 * * * *
cada media hora = */30 * * * *
cada dos horas = 0 */2 * * *
el 1 y 15 de cada mes = 0 9 1,15 * *
dos veces por semana = 0 9 * * 1,4
todos los días a las 8 de la tarde = 0 20 * * *
# Portuguese
toda sexta às 17h = 0 17 * * 5
toda segunda-feira às 9h30 = 30 9 * * 1
todos os dias às 7h = 0 7 * * *
todos os dias úteis às 18h30 = 30 18 * * 1-5
terças e quintas às 8h = 0 8 * * 2,4
a cada 20 minutos = */20 * * * *
a cada duas horas = 0 */2 * * *
a cada meia hora = */30 * * * *
todo dia 5 às 10h = 0 10 5 * *
dia 5 de cada mês = 0 9 5 * *
todos os dias às nove e meia = 30 9 * * *
duas vezes por dia = 0 8,20 * * *
todo mês no dia 10 = 0 9 10 * *
toda manhã = 0 8 * * *
todos os dias à meia-noite = 0 0 * * *
"""
CASES = [tuple(line.rsplit(" = ", 1)) for line in SAID.strip().splitlines() if not line.startswith("#")]


@pytest.mark.parametrize(("said", "meant"), CASES, ids=[said for said, _ in CASES])
def test_a_start_is_what_a_person_means(said: str, meant: str) -> None:
    found = schedule.find(said, bare_times=True)
    assert found is not None
    if meant.startswith("- "):  # a time of day alone
        assert (found.time, found.days) == (tuple(meant.split()[1:]), None)
        return
    cron, _, every = meant.partition(" x")
    assert (found.cron(), found.every) == (cron, int(every) if every else None)
    assert check_cron(found.cron()) == cron


@pytest.mark.parametrize(("said", "meant"), CASES, ids=[said for said, _ in CASES])
def test_all_words_of_a_start_are_read(said: str, meant: str) -> None:
    """What stays is cut out of no sentence: it would become a step."""
    found = schedule.find(said, bare_times=True)
    assert found is not None
    rest = "".join(char for place, char in enumerate(said) if not any(start <= place < end for start, end in found.spans))
    assert rest.strip(" ,:-().").lower() in {"", "le", "los", "el"}, rest


SENTENCES = """
Every Monday at 9 read the table orders and mail boss@x.test = 0 9 * * 1
At 7 every day run the query and mail it = 0 7 * * *
Post the menu to #canteen every Tuesday at half past ten = 30 10 * * 2
On the first of every month take the new scans = 0 9 1 * *
At five in the afternoon the system should read the entries = 0 17 * * *
Remind every student of tomorrow's lesson the evening before at 7 = 0 19 * * *
Check the rack every 5 minutes; above 30 degrees mail noc@rack.test = */5 * * * *
Every night at 1 query the table wells = 0 1 * * *
Each working day at 8 o'clock the 3 oldest complaints are read = 0 8 * * 1-5
This should start by itself, Fridays at ten = 0 10 * * 5
Every Friday send the top 5 of the week = 0 9 * * 5
Every 10 minutes get the value and post it if it is above 8 = */10 * * * *
Every Monday write a good morning letter = 0 9 * * 1
In the morning at 7 on weekdays post the list = 0 7 * * 1-5
"""
IN_SENTENCES = [tuple(line.rsplit(" = ", 1)) for line in SENTENCES.strip().splitlines()]


@pytest.mark.parametrize(("said", "cron"), IN_SENTENCES)
def test_a_start_is_found_in_a_sentence(said: str, cron: str) -> None:
    found = schedule.find(said)
    assert found is not None
    assert found.cron() == cron


@pytest.mark.parametrize(
    "said",
    [
        "wait 2 days",
        "wait ten minutes before alerting",
        "by Friday",
        "until Monday",
        "before Tuesday",
        "yesterday's orders",
        "last Friday's numbers",
        "Friday's orders",
        "this week's donations",
        "invoices of the last 30 days",
        "answer within 24h",
        "within 30 days",
        "more than 3 rows",
        "above 8 degrees",
        "9 points or more",
        "the top 5",
        "read the first row",
        "write it in the second column",
        "if the rate is below 1.05",
        "between 3 and 5 stars",
        "from 3 to 5 items",
        "a report for May",
        "it may 3 times fail",
        "the sun is up",
        "last month",
        "the order of 1 May",
        "it is not Monday",
        "every 10th customer gets a gift",
        "every first order",
        "every quarter of the orders",
        "tag the ticket and mail it",
        "first of all save it",
        "do not mail it in August",
        "she sat down",
        "orders in December",
        "wait a month",
        "the third attempt",
        "call 0301 234567",
        "version 2.10",
        "half of the orders",
        "a quarter of the sales",
        "to 5 people",
        "5 to 10 rows",
        "wait half an hour",
        "after 2 hours",
        "by the end of the month",
        "good morning",
    ],
)
def test_what_is_no_rhythm_is_not_found_in_a_sentence(said: str) -> None:
    assert schedule.find(said) is None


@pytest.mark.parametrize(
    "said",
    ["3 rows", "above 8 degrees", "within 30 days", "9 points", "top 5", "8%", "the 4 newest", "1.05", "make the limit 1450", "use 3 lines",
     "mail 5 people", "$8", "8 euros", "handle five of them at once", "5", "First of all", "two hours", "5 minutes", "from 1 to 10"],
)  # fmt: skip
def test_a_number_that_is_no_time_is_no_time_either_where_a_time_alone_counts(said: str) -> None:
    assert schedule.find(said, bare_times=True) is None


@pytest.mark.parametrize(
    ("said", "assumed"),
    [("twice a day", True), ("three times a day", True), ("every Monday", True), ("twice a day at 8 and 20", False), ("hourly", False),
     ("every morning", False), ("once a day", True)],
)  # fmt: skip
def test_a_time_that_was_not_said_is_assumed(said: str, assumed: bool) -> None:
    found = schedule.find(said, bare_times=True)
    assert found is not None
    assert found.assumed_time is assumed


@pytest.mark.parametrize(
    ("said", "cron", "taken"),
    [
        ("every Thursday at 4", "0 16 * * 4", True),
        ("every day at half past three", "30 15 * * *", True),
        ("every day at 16:00", "0 16 * * *", False),
        ("every day at 4 pm", "0 16 * * *", False),
        ("every afternoon at 3", "0 15 * * *", False),
        ("every day at 9", "0 9 * * *", False),
    ],
)
def test_an_hour_taken_for_the_afternoon_is_known(said: str, cron: str, taken: bool) -> None:
    assert schedule.taken_for_afternoon(said, cron) is taken


@pytest.mark.parametrize(
    ("said", "weekday", "kept"),
    [
        ("not on Sundays", "*", "1-6"),
        ("except on sundays", "*", "1-6"),
        ("but not on weekends", "*", "1-5"),
        ("not on Mondays and Tuesdays", "1-5", "3-5"),
        ("not on Mondays, send it twice", "*", None),
        ("not in August", "*", None),
        ("Mondays", "*", None),
    ],
)
def test_days_are_spared(said: str, weekday: str, kept: str | None) -> None:
    assert schedule.spare(said, weekday) == kept


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 9 * * 1", "every Monday at 9:00"),
        ("30 8 * * *", "every day at 8:30"),
        ("0 8,20 * * *", "every day at 8:00 and 20:00"),
        ("0 8,14,20 * * 1-5", "every working day at 8:00, 14:00 and 20:00"),
        ("0 7 1,15 * *", "on day 1 and 15 of the month at 7:00"),
        ("*/20 9-17 * * 1-5", "every 20 minutes from 9:00 to 17:59, Monday to Friday"),
        ("*/30 22-23,0-6 * * *", "every 30 minutes from 22:00 to 6:59"),
        ("0 8-20/2 * * *", "every 2 hours from 8:00 to 20:00"),
        ("0 9-17 * * 1-5", "every hour from 9:00 to 17:00, Monday to Friday"),
        ("*/10 * * * 0,6", "every 10 minutes, Saturday and Sunday"),
        ("15 * * * *", "every hour at 15 past"),
        ("15 */2 * * *", "every 2 hours at 15 past"),
        ("0 8 * * 2-6", "from Tuesday to Saturday at 8:00"),
        ("0 8 * * 2,4", "every Tuesday and Thursday at 8:00"),
        ("0 8 1-7 * 1", "on the first Monday of the month at 8:00"),
        ("0 9 2 */3 *", "on day 2 of every 3 months at 9:00"),
        ("0 9 3 3 *", "on 3 March at 9:00"),
        ("0 9 1 4,10 *", "on 1 April and October at 9:00"),
        ("30 5 * 5-9 *", "every day in May to September at 5:30"),
        ("0 9 * 1-2,12 0", "every Sunday in December to February at 9:00"),
        ("0 9 */3 * *", "every 3 days at 9:00"),
        ("0 9 1-7,20 * 1", "0 9 1-7,20 * 1"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_cron_is_said_in_words(cron: str, words: str) -> None:
    assert schedule.in_words(cron) == words
