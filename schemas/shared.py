"""Columns that several forms share, declared once: identification, place, remarks.

In: the vocabulary.
Out: tuples of columns in the order of a sheet, and `COMPOSITES`, headings of cells that hold
several columns at once.
"""

from __future__ import annotations

from schemas.columns import Column, Kind, Level, column

COMPOSITES: dict[str, tuple[str, ...]] = {
    "address": (
        "Adresse", "Anschrift", "Straße und Hausnummer", "Straße, Hausnummer", "Straße + Nr.",
        "Straße Nr.", "Straße Hausnummer", "Straße, Nr.", "Straße & Hausnummer", "Straße/Hausnr.",
        "Straße, Hausnr.", "Straße und Hausnr.", "Straße + Hausnummer", "Objektadresse",
        "Adresse des Objekts", "Objektanschrift", "Address", "Street address", "Full address",
        "Street and number", "Addresse",
    ),
    "latlon": (
        "Koordinaten", "Koordinate", "Geokoordinaten", "Geokoordinate", "GPS", "GPS-Koordinaten",
        "Geo", "Geopunkt", "Geo Point", "geo_point_2d", "Geolocation", "Coordinates", "Lat/Lon",
        "Lat Long", "Lat, Lng", "Standortkoordinaten", "Breite/Länge", "Position",
    ),
    "house_suffix": (
        "Hausnummernzusatz", "Hausnummerzusatz", "Hausnummer Zusatz", "Hausnr.-Zusatz",
        "Hausnr. Zus.", "HNR-Zusatz", "HNR-Zus.", "Hs.-Nr.-Zusatz", "Zusatz Hausnummer",
        "Nr.-Zusatz", "Zusatz", "House number suffix", "Suffix",
    ),
    "house_number_to": (
        "Hausnummer bis", "Hausnr. bis", "HNr. bis", "Hs.-Nr. bis", "Nr. bis", "bis Hausnummer",
        "bis Hausnr.", "bis Nr.", "House number to",
    ),
}  # fmt: skip

ROW_LABEL = column(
    Kind.TEXT, "row_label", ("Nr.", "No."),
    ("Laufende Nummer des Teams im Blatt; sie kennzeichnet kein Objekt.",
     "The team's running number in its sheet; it identifies no object."),
    synonyms=(
        "Nummer", "lfd. Nr.", "lfdNr", "lfd Nummer", "laufende Nummer", "laufende Nr.", "lf. Nr.",
        "Nr", "#", "Pos.", "Zeile", "Zeilennummer", "Lfd.", "Bogen-Nr.", "Bogennummer", "number",
        "row", "row number", "running number", "serial number", "Nr. Bogen", "Objekt-Nr. Team",
    ),
    level=Level.CORE, example="17",
)  # fmt: skip

WAVE_ID = column(
    Kind.WAVE, "wave_id", ("Welle", "Wave"),
    ("Erhebungswelle, am besten als Jahr und Nummer, etwa 2019-W1.",
     "Survey wave, best as year and number, such as 2019-W1."),
    synonyms=(
        "Erhebungswelle", "Erhebungsrunde", "Durchgang", "Runde", "Erhebung", "Survey wave",
        "Survey round", "Round", "Wellen-ID", "Wave ID", "Kampagne", "Erhebungsdurchgang",
        "Erhebungsjahr", "Survey year", "Year recorded",
    ),
    level=Level.CORE, is_key=True, is_public=True, example="2019-W1",
)  # fmt: skip

SURVEY_DATE = column(
    Kind.DATE, "survey_date", ("Erhebungsdatum", "Survey date"),
    ("Tag der Begehung; ist nur das Jahr bekannt, gilt der 1. Januar mit Genauigkeit Jahr.",
     "Day of the survey; where only the year is known, 1 January with precision year."),
    synonyms=(
        "Datum", "Datum der Erhebung", "Erhebungstag", "Erhoben am", "Aufnahmedatum", "Erh.-Datum",
        "Datum der Aufnahme", "Aufgenommen am", "Begehungsdatum", "Datum Begehung", "Tag",
        "Begehung am", "Erfassungsdatum", "Erfasst am", "Datum der Begehung", "Datum Erhebung",
        "Kartierdatum", "Date", "Date of survey", "Surveyed on", "Recorded on", "Visit date",
        "Erhebungsdat.", "Kartiert am", "Survey day",
        "Erhebungszeitraum", "Zeitraum der Erhebung", "Begehungszeitraum", "Survey period",
    ),
    level=Level.CORE, is_key=True, is_public=True, first_year=1970, example="03.05.2019",
)  # fmt: skip

SURVEYOR_CODE = column(
    Kind.TEXT, "surveyor_code", ("Kürzel Erheber/in", "Surveyor code"),
    ("Kürzel der Person, die erhoben hat; keine Namen.",
     "Code of the person who surveyed; no names."),
    synonyms=(
        "Kürzel", "Kürzel Erheber", "Kürzel Erheberin", "Erheber-Kürzel", "Erheberkürzel",
        "Erheber", "Erheberin", "Erheber/in", "Kartierer", "Kartierer/in", "Kartierkürzel",
        "Bearbeiter-Kürzel", "Bearbeiterkürzel", "Team-Kürzel", "Aufgenommen durch", "Surveyor",
        "Enumerator", "Enumerator code", "Erfasser", "Erfasser/in", "Initials", "Erheber*in",
        "Kürzel Erheber*in",
    ),
    level=Level.CORE, example="MK",
)  # fmt: skip

# Derived from the district where it is not typed; a district in no survey area is no error, so it
# is no key that could quarantine a row.
SURVEY_AREA = column(
    Kind.SURVEY_AREA, "survey_area", ("Erhebungsgebiet", "Survey area"),
    ("Gebiet, das zusammen erhoben wird; es kann mehrere statistische Bezirke umfassen.",
     "Area surveyed together; it may hold several statistical districts."),
    synonyms=(
        "Gebiet", "Untersuchungsgebiet", "Untersuchungsraum", "Untersuchungsräume",
        "Study area", "Erhebungsraum", "Gebietskürzel", "Projektgebiet", "Fokusraum",
        "Erhebungsgebiet (Kürzel)", "Teilgebiet", "Survey area code",
    ),
    level=Level.CORE, is_public=True, example="WAT",
)  # fmt: skip

DISTRICT_CODE = column(
    Kind.DISTRICT, "district_code", ("Statistischer Bezirk", "District"),
    ("Statistischer Bezirk als Schlüssel, Name oder übliche Schreibweise.",
     "Statistical district as code, name or usual spelling."),
    synonyms=(
        "Bezirk", "stat. Bezirk", "Statist. Bezirk", "statistischer Bezirk Nr.", "Bezirksnummer",
        "Bezirk-Nr.", "Bezirksname", "Stadtteil", "Ortsteil", "Quartier", "Stadtteil/Bezirk",
        "Bezirk (Name)", "Bezirksschlüssel", "Statistical district", "District code",
        "District name", "Neighbourhood", "Neighborhood", "Local area", "Geo Local Area",
        "Stat. Bez.", "Stadtteilname", "Ortslage", "Bez.-Nr.",
    ),
    level=Level.CORE, is_key=True, is_public=True, example="Wattenscheid-Mitte",
)  # fmt: skip

STREET = column(
    Kind.TEXT, "street", ("Straße", "Street"),
    ("Straßenname ohne Hausnummer; fehlt er, genügt ein Lagehinweis.",
     "Street name without house number; a location note may stand in."),
    synonyms=(
        "Straßenname", "Str.", "Str", "Name der Straße", "Straße/Platz", "Strasse (Name)",
        "Straße, Platz", "Street name", "Road", "Strase", "Straßenbezeichnung",
    ),
    level=Level.CORE, is_key=True,
    alternative="location_note",
    pattern=r"[\s\S]*[^\W\d_][\s\S]*",
    example="Hochstraße",
)  # fmt: skip

HOUSE_NUMBER = column(
    Kind.HOUSE_NUMBER, "house_number", ("Hausnummer", "House number"),
    ("Hausnummer mit Zusatz oder Spanne, etwa 19a oder 12-14.",
     "House number with suffix or range, such as 19a or 12-14."),
    synonyms=(
        "Hausnr.", "Haus-Nr.", "HNr.", "HsNr.", "Hs.-Nr.", "H.-Nr.", "Haus Nr.", "Hausnummern",
        "Haus Nummer", "House no.", "House number(s)", "Street number", "Building number",
        "Civic number", "Hnr", "Nr. Haus", "Hausnummer(n)",
        "Hausnummer von", "Hausnr. von",
        "HNr. von", "Hs.-Nr. von", "von Hausnummer", "von Hausnr.", "House number from",
    ),
    level=Level.CORE, text_column="location_note", example="12-14",
)  # fmt: skip

LOCATION_NOTE = column(
    Kind.TEXT, "location_note", ("Lagehinweis", "Location note"),
    ("Wo das Objekt liegt, wenn es keine Hausnummer hat.",
     "Where the object lies if it has no house number."),
    synonyms=(
        "Lagebeschreibung", "Beschreibung der Lage", "Lage (Beschreibung)", "Ortsbeschreibung",
        "Hinweis zur Lage", "Lagebezeichnung", "Ortsangabe", "Location", "Location description",
        "Wo genau", "Standortbeschreibung", "Lage/Hinweis", "Lagehinweise",
    ),
    vague_synonyms=("Lage",),
    level=Level.CORE, example="neben dem Bahnhof",
)  # fmt: skip

UNIT_LABEL = column(
    Kind.TEXT, "unit_label", ("Lage im Haus", "Position in building"),
    ("Welche Einheit des Hauses gemeint ist: links, rechts, Mitte, Laden 2.",
     "Which unit of the building is meant: left, right, middle, shop 2."),
    synonyms=(
        "Lage im Gebäude", "Einheit", "Einheit im Haus", "Einheit Nr.", "Ladeneinheit", "Unit",
        "Unit label", "Unit no.", "Ladennummer", "Laden-Nr.", "Lage der Einheit", "links/rechts",
        "Nutzungseinheit", "Suite", "Unit number",
    ),
    level=Level.CORE, example="links",
)  # fmt: skip

POSTCODE = column(
    Kind.POSTCODE,
    "postcode",
    ("PLZ", "Postcode"),
    (
        "Postleitzahl; sie prüft den Bezirk und bestimmt ihn nie.",
        "Postcode; it makes a district plausible and never decides it.",
    ),
    synonyms=("Postleitzahl", "PLZ Ort", "Post code", "Postal code", "ZIP", "ZIP code", "Plz."),
    level=Level.DESK,
    example="44866",
)

SECTION_ID = column(
    Kind.SECTION, "section_id", ("Straßenabschnitt", "Street section"),
    ("Straßenabschnitt als Kennung oder Bezeichnung, wie das Register ihn führt.",
     "Street section as id or label, as the register has it."),
    synonyms=(
        "Abschnitt", "Abschnitts-ID", "Abschnitt-Nr.", "Abschnittsnummer", "Straßenabschnitts-ID",
        "Section", "Section ID", "Segment", "Street segment", "Abschnitt (Straße)", "Blockseite",
        "Abschnittskennung", "Str.-Abschnitt",
    ),
    level=Level.CORE, is_public=True, example="HOCH-1",
)  # fmt: skip

COORDINATES: tuple[Column, ...] = (
    column(
        Kind.COORDINATE, "easting", ("Ostwert", "Easting"),
        ("Ostwert im Koordinatensystem der Gemeinde.",
         "Easting in the municipality's coordinate system."),
        synonyms=(
            "Rechtswert", "Ost", "E", "East", "UTM E", "UTM Ost", "UTM-Ost", "Ostwert (UTM)", "X",
            "X-Koordinate", "UTM X", "Koordinate Ost", "E (UTM32)", "UTM32 E", "x coordinate",
        ),
        level=Level.DESK, unit="m", example="370993",
    ),
    column(
        Kind.COORDINATE, "northing", ("Nordwert", "Northing"),
        ("Nordwert im Koordinatensystem der Gemeinde.",
         "Northing in the municipality's coordinate system."),
        synonyms=(
            "Hochwert", "Nord", "N", "North", "UTM N", "UTM Nord", "UTM-Nord", "Nordwert (UTM)",
            "Y", "Y-Koordinate", "UTM Y", "Koordinate Nord", "N (UTM32)", "UTM32 N", "y coordinate",
        ),
        level=Level.DESK, unit="m", example="5704827",
    ),
    column(
        Kind.COORDINATE, "longitude", ("Längengrad", "Longitude"),
        ("Geographische Länge, WGS84.", "Longitude, WGS84."),
        synonyms=("Lon", "Long", "Lng", "Länge (WGS84)", "geogr. Länge", "geographische Länge",
                  "GPS Länge", "GPS lon", "WGS84 Länge", "_longitude", "geo. Länge"),
        level=Level.DESK, unit="°", minimum=-180, maximum=180, scale=7, example="7,1422",
    ),
    column(
        Kind.COORDINATE, "latitude", ("Breitengrad", "Latitude"),
        ("Geographische Breite, WGS84.", "Latitude, WGS84."),
        synonyms=("Lat", "Breite (WGS84)", "geogr. Breite", "geographische Breite", "GPS Breite",
                  "GPS lat", "WGS84 Breite", "_latitude", "geo. Breite"),
        level=Level.DESK, unit="°", minimum=-90, maximum=90, scale=7, example="51,47987",
    ),
)  # fmt: skip

PHOTO_REF = column(
    Kind.TEXT, "photo_ref", ("Foto", "Photo"),
    ("Kennung des Fotos: Kürzel, Datum, Nummer.", "Reference of the photo: code, date, number."),
    synonyms=(
        "Foto-Nr.", "Fotonummer", "Fotos", "Foto-ID", "Bild", "Bildnummer", "Bild-Nr.", "Fotodatei",
        "Photo ID", "Photo no.", "Picture", "Image", "Foto Nr", "Photos",
    ),
    level=Level.CORE, example="MK-20190503-07",
)  # fmt: skip

REMARKS = column(
    Kind.TEXT, "remarks", ("Bemerkung", "Remarks"),
    ("Freie Bemerkung; sie verlässt das Haus nie.", "Free remark; it never leaves the house."),
    synonyms=(
        "Bemerkungen", "Anmerkung", "Anmerkungen", "Kommentar", "Kommentare", "Hinweise", "Bem.",
        "Remark", "Comment", "Comments", "Sonstige Bemerkungen", "Anm.", "Sonstige Hinweise",
    ),
    level=Level.CORE, example="Schaufenster zugeklebt",
)  # fmt: skip

MUNICIPALITY_KEY = column(
    Kind.MUNICIPALITY, "municipality_key", ("Gemeindeschlüssel", "Municipality key"),
    ("Schlüssel der Gemeinde, in Deutschland der achtstellige AGS.",
     "Key of the municipality, in Germany the eight-digit AGS."),
    synonyms=("AGS", "Gemeinde", "Gemeinde-Nr.", "Gemeindekennziffer", "Stadt", "Kommune",
              "Municipality", "City", "Town", "Amtlicher Gemeindeschlüssel", "GKZ"),
    level=Level.CORE, is_key=True, is_public=True, example="05911000",
)  # fmt: skip

WHEN: tuple[Column, ...] = (ROW_LABEL, WAVE_ID, SURVEY_DATE, SURVEYOR_CODE)
WHERE: tuple[Column, ...] = (
    SURVEY_AREA, DISTRICT_CODE, STREET, HOUSE_NUMBER, LOCATION_NOTE, UNIT_LABEL, POSTCODE,
    SECTION_ID, *COORDINATES,
)  # fmt: skip
