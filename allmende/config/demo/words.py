"""Names and sentences of the demo. People, firm and figures are invented."""

FIRST_NAMES = (
    "Anke Bernd Birte Carsten Dilek Dörte Eike Elif Femke Frauke Gesa Gunnar Hanne Hauke Heike Henning Ilka Ines Jelka "
    "Jens Karin Karl Kerstin Kirsten Lale Lars Leyla Lotte Maike Malte Marit Meike Merle Mirko Momme Nele Nils Okka Ole "
    "Peer Petra Rainer Rieke Rolf Sabine Silke Sönke Swantje Tade Telse Thies Tilda Ulf Ulrike Volker Wiebke Yasemin"
).split()
LAST_NAMES = (
    "Ahlers Albers Arslan Asmussen Bahnsen Behrens Boysen Brodersen Carstens Christiansen Claußen Demir Detlefsen "
    "Ehlers Feddersen Friedrichsen Gerdes Groth Hansen Harms Hinrichs Jansen Jessen Jürgens Kaya Ketels Klinker Kruse "
    "Lorenzen Lüders Magnussen Martens Matthiesen Möller Nissen Ohlsen Ott Paulsen Petersen Polat Quast Reimers Roth "
    "Sievers Sommer Steffens Tietz Thomsen Uhl Voss Wiese Wulff Yavuz Ziegler"
).split()

# Who helps today and who asked first: the people of the live story keep their names.
STAFF = ("Jana Petersen", "Emre Yıldız")

TOPICS = (
    ("Vorsteuer", "beim gemischt genutzten Firmenwagen"),
    ("Umsatzsteuer-Voranmeldung", "nach einer Korrektur im Vormonat"),
    ("Kassenbuch", "bei zwei Filialen"),
    ("Abschreibung", "für ein gebraucht gekauftes Lastenrad"),
    ("Rechnungsabgrenzung", "bei der Versicherung über den Jahreswechsel"),
    ("DATEV-Export", "mit Kostenstellen"),
    ("Mahnlauf", "für Stammkunden mit Zahlungsziel"),
    ("Anzahlungsrechnung", "bei Teillieferungen"),
    ("Skonto", "bei Sammelüberweisungen"),
    ("Lohnbuchung", "bei unterjährigem Eintritt"),
    ("Bewirtungsbeleg", "ohne maschinellen Ausdruck"),
    ("Reverse Charge", "bei einem Lieferanten aus Dänemark"),
    ("Saldovortrag", "nach dem Wechsel des Kontenrahmens"),
    ("Bankabgleich", "mit Paypal-Sammelgutschriften"),
    ("Inventur", "mit Kommissionsware"),
    ("Kleinunternehmerregelung", "im Jahr des Übergangs"),
    ("Steuerberaterzugang", "mit eingeschränkten Rechten"),
    ("Belegarchiv", "für eingescannte Quittungen"),
    ("Rückstellung", "für den Jahresabschluss"),
    ("Gutschrift", "zu einer bereits bezahlten Rechnung"),
    ("Privatentnahme", "von Waren im Hofladen"),
    ("Dauerfristverlängerung", "und Sondervorauszahlung"),
    ("Offene Posten", "nach einer Teilzahlung"),
    ("E-Rechnung", "im Format XRechnung"),
)

QUESTION_TITLES = (
    "{topic} {case}: Wie buche ich das richtig?",
    "{topic} {case}: Wo stelle ich das ein?",
    "{topic} {case}: Die Prüfung meldet einen Fehler",
    "{topic} {case}: Welches Konto nehmt ihr?",
    "{topic} {case}: Geht das auch nachträglich?",
    "{topic}: Was mache ich {case}?",
)
QUESTION_TEXTS = (
    "Moin zusammen, ich sitze gerade am Monatsabschluss und komme hier nicht weiter. Hat das jemand schon so gehabt?",
    "Bei uns ist der Fall seit letztem Monat neu. Im Handbuch finde ich nur die einfache Variante. Wie geht ihr vor?",
    "Die Summe stimmt, aber die Prüfung meldet „Gegenbuchung fehlt“. Wo sehe ich, welche Zeile gemeint ist?",
    "Unsere Steuerberaterin hätte es gern anders als bisher. Ich möchte es nicht doppelt buchen, deshalb die Frage hier.",
    "Ich habe zwei Wege probiert, beide führen zu einer Differenz von ein paar Cent. Welcher ist der richtige?",
    "Früher ging das über den Assistenten, seit dem Update finde ich den Punkt nicht mehr. Wo ist er geblieben?",
)
ANSWER_TEXTS = (
    "Hatten wir auch. Unter Stammdaten, Steuerschlüssel die Automatik für dieses Konto ausschalten, dann geht es auf.",
    "Wir buchen es in zwei Zeilen: erst den vollen Betrag, dann den Anteil umbuchen. Die Prüfung ist damit zufrieden.",
    "Schau in den Buchungsdetails auf das Belegdatum. Liegt es im Vormonat, nimmt das Programm den alten Schlüssel.",
    "Das geht nachträglich, solange die Periode nicht festgeschrieben ist. Danach nur mit Storno und neuer Buchung.",
    "Bei uns hat es geholfen, die Vorlage zu löschen und neu anzulegen. Danach war die Differenz weg.",
    "Nimm das Zwischenkonto und löse es am Monatsende auf. So sieht auch die Steuerberaterin, was passiert ist.",
)
STAFF_ANSWERS = (
    "Guten Tag, die Einstellung finden Sie unter Stammdaten, Anlagen, Nutzung. Ein Bild dazu steht in der Hilfe. Viele Grüße, Jana",
    "Guten Tag, das haben wir geprüft: Mit der Version vom Dienstag ist die Meldung behoben. Viele Grüße, Emre",
    "Guten Tag, bitte öffnen Sie die Buchung und wählen Sie „Periode neu berechnen“. Viele Grüße, Jana",
)
THANKS_TEXTS = (
    "Danke, das war es!",
    "Perfekt, die Prüfung läuft jetzt durch. Danke dir.",
    "Vielen Dank, darauf wäre ich nicht gekommen.",
    "1-%-Regel, kein Fahrtenbuch. Dann probiere ich es mit den zwei Zeilen.",
)
